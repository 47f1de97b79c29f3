using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>What the exploration rules share.</summary>
internal static class Probabilities
{
    /// <summary>The index of the largest value, the first of equals; none is not-a-number.</summary>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        var (_, most) = Simd.Bounds(values);
        ref var value = ref MemoryMarshal.GetReference(values);
        nuint i = 0;
        for (; i + (nuint)Vector256<float>.Count <= (nuint)values.Length; i += (nuint)Vector256<float>.Count)
        {
            var equal = Vector256.Equals(Vector256.LoadUnsafe(ref value, i), Vector256.Create(most)).ExtractMostSignificantBits();
            if (equal != 0)
            {
                return (int)i + BitOperations.TrailingZeroCount(equal);
            }
        }

        for (; i < (nuint)values.Length; i++)
        {
            if (Unsafe.Add(ref value, i) >= most)
            {
                return (int)i;
            }
        }

        return 0;
    }

    /// <summary>Scales weights to sum to 1 − floor and adds floor/n to each.</summary>
    public static void NormaliseWithFloor(Span<double> weights, double floor)
    {
        var share = floor / weights.Length;
        var scale = (1 - floor) / Simd.Sum(weights);
        ref var weight = ref MemoryMarshal.GetReference(weights);
        nuint i = 0;
        for (; i + (nuint)Vector256<double>.Count <= (nuint)weights.Length; i += (nuint)Vector256<double>.Count)
        {
            ((Vector256.LoadUnsafe(ref weight, i) * scale) + Vector256.Create(share)).StoreUnsafe(ref weight, i);
        }

        for (; i < (nuint)weights.Length; i++)
        {
            Unsafe.Add(ref weight, i) = (Unsafe.Add(ref weight, i) * scale) + share;
        }
    }
}

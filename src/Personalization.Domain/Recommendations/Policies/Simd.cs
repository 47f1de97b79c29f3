using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>The few vector kernels that scoring and learning spend their time in, over the widest vectors of the machine.</summary>
internal static class Simd
{
    /// <summary>Σ aᵢbᵢ over the length of <paramref name="a"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : struct, INumberBase<T>
    {
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b[..a.Length]);
        var sum = Vector<T>.Zero;
        nuint i = 0;
        var width = (nuint)Vector<T>.Count;
        for (; i + width <= (nuint)a.Length; i += width)
        {
            sum += Vector.LoadUnsafe(ref x, i) * Vector.LoadUnsafe(ref y, i);
        }

        var total = Vector.Sum(sum);
        for (; i < (nuint)a.Length; i++)
        {
            total += Unsafe.Add(ref x, i) * Unsafe.Add(ref y, i);
        }

        return total;
    }

    /// <summary>yᵢ += s·xᵢ over the length of <paramref name="x"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddScaled<T>(ReadOnlySpan<T> x, T s, Span<T> y)
        where T : struct, INumberBase<T>
    {
        ref var from = ref MemoryMarshal.GetReference(x);
        ref var to = ref MemoryMarshal.GetReference(y[..x.Length]);
        nuint i = 0;
        var width = (nuint)Vector<T>.Count;
        var factor = new Vector<T>(s);
        for (; i + width <= (nuint)x.Length; i += width)
        {
            (Vector.LoadUnsafe(ref to, i) + (Vector.LoadUnsafe(ref from, i) * factor)).StoreUnsafe(ref to, i);
        }

        for (; i < (nuint)x.Length; i++)
        {
            Unsafe.Add(ref to, i) += Unsafe.Add(ref from, i) * s;
        }
    }

    /// <summary>xᵢ = xᵢ^p for xᵢ above 0, to within some units in the last place of a single-precision number.</summary>
    public static void Pow(Span<float> x, float p)
    {
        ref var at = ref MemoryMarshal.GetReference(x);
        nuint i = 0;
        for (; i + (nuint)Vector256<float>.Count <= (nuint)x.Length; i += (nuint)Vector256<float>.Count)
        {
            Vector256.Exp(Vector256.Log(Vector256.LoadUnsafe(ref at, i)) * p).StoreUnsafe(ref at, i);
        }

        for (; i < (nuint)x.Length; i++)
        {
            Unsafe.Add(ref at, i) = MathF.Exp(MathF.Log(Unsafe.Add(ref at, i)) * p);
        }
    }

    /// <summary>Both at once, so that the row is read once: returns Σ rowᵢxᵢ and does yᵢ += s·rowᵢ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T DotAndAddScaled<T>(ReadOnlySpan<T> row, ReadOnlySpan<T> x, T s, Span<T> y)
        where T : struct, INumberBase<T>
    {
        ref var r = ref MemoryMarshal.GetReference(row);
        ref var a = ref MemoryMarshal.GetReference(x[..row.Length]);
        ref var to = ref MemoryMarshal.GetReference(y[..row.Length]);
        var sum = Vector<T>.Zero;
        var factor = new Vector<T>(s);
        nuint i = 0;
        var width = (nuint)Vector<T>.Count;
        for (; i + width <= (nuint)row.Length; i += width)
        {
            var values = Vector.LoadUnsafe(ref r, i);
            sum += values * Vector.LoadUnsafe(ref a, i);
            (Vector.LoadUnsafe(ref to, i) + (values * factor)).StoreUnsafe(ref to, i);
        }

        var total = Vector.Sum(sum);
        for (; i < (nuint)row.Length; i++)
        {
            var value = Unsafe.Add(ref r, i);
            total += value * Unsafe.Add(ref a, i);
            Unsafe.Add(ref to, i) += value * s;
        }

        return total;
    }

    /// <summary>Σ xᵢ, the same on every machine.</summary>
    public static double Sum(ReadOnlySpan<double> x)
    {
        ref var at = ref MemoryMarshal.GetReference(x);
        var sums = Vector256<double>.Zero;
        nuint i = 0;
        for (; i + (nuint)Vector256<double>.Count <= (nuint)x.Length; i += (nuint)Vector256<double>.Count)
        {
            sums += Vector256.LoadUnsafe(ref at, i);
        }

        var total = Vector256.Sum(sums);
        for (; i < (nuint)x.Length; i++)
        {
            total += Unsafe.Add(ref at, i);
        }

        return total;
    }

    /// <summary>The least and the most of some numbers, none of which is not-a-number.</summary>
    public static (float Least, float Most) Bounds(ReadOnlySpan<float> x)
    {
        ref var at = ref MemoryMarshal.GetReference(x);
        var (least, most) = (Vector256.Create(float.MaxValue), Vector256.Create(float.MinValue));
        nuint i = 0;
        for (; i + (nuint)Vector256<float>.Count <= (nuint)x.Length; i += (nuint)Vector256<float>.Count)
        {
            var values = Vector256.LoadUnsafe(ref at, i);
            (least, most) = (Vector256.MinNative(least, values), Vector256.MaxNative(most, values));
        }

        var (low, high) = (float.MaxValue, float.MinValue);
        for (var lane = 0; lane < Vector256<float>.Count; lane++)
        {
            (low, high) = (Math.Min(low, least[lane]), Math.Max(high, most[lane]));
        }

        for (; i < (nuint)x.Length; i++)
        {
            (low, high) = (Math.Min(low, Unsafe.Add(ref at, i)), Math.Max(high, Unsafe.Add(ref at, i)));
        }

        return (low, high);
    }

    /// <summary>yᵢ = max(aᵢ, bᵢ) over the length of <paramref name="a"/>; <paramref name="y"/> may be either of the two.</summary>
    public static void Max(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        ref var one = ref MemoryMarshal.GetReference(a);
        ref var other = ref MemoryMarshal.GetReference(b[..a.Length]);
        ref var to = ref MemoryMarshal.GetReference(y[..a.Length]);
        nuint i = 0;
        for (; i + (nuint)Vector256<float>.Count <= (nuint)a.Length; i += (nuint)Vector256<float>.Count)
        {
            Vector256.MaxNative(Vector256.LoadUnsafe(ref one, i), Vector256.LoadUnsafe(ref other, i)).StoreUnsafe(ref to, i);
        }

        for (; i < (nuint)a.Length; i++)
        {
            Unsafe.Add(ref to, i) = Math.Max(Unsafe.Add(ref one, i), Unsafe.Add(ref other, i));
        }
    }

    /// <summary>yᵢ = aᵢ − s·bᵢ over the length of <paramref name="a"/>.</summary>
    public static void SubtractScaled(ReadOnlySpan<float> a, float s, ReadOnlySpan<float> b, Span<float> y)
    {
        ref var from = ref MemoryMarshal.GetReference(a);
        ref var less = ref MemoryMarshal.GetReference(b[..a.Length]);
        ref var to = ref MemoryMarshal.GetReference(y[..a.Length]);
        nuint i = 0;
        for (; i + (nuint)Vector256<float>.Count <= (nuint)a.Length; i += (nuint)Vector256<float>.Count)
        {
            (Vector256.LoadUnsafe(ref from, i) - (s * Vector256.LoadUnsafe(ref less, i))).StoreUnsafe(ref to, i);
        }

        for (; i < (nuint)a.Length; i++)
        {
            Unsafe.Add(ref to, i) = Unsafe.Add(ref from, i) - (s * Unsafe.Add(ref less, i));
        }
    }

    /// <summary>Four numbers in double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Widen(Vector128<float> x) => Vector256.Create(Vector128.WidenLower(x), Vector128.WidenUpper(x));
}

using System.Numerics;

namespace Personalization.Domain.Scoring;

/// <summary>The discrete Fourier transform in place, radix 2 (Cooley and Tukey 1965).</summary>
internal static class FourierTransform
{
    /// <summary>Transforms; the length must be a power of two.</summary>
    public static void Forward(Span<Complex> x)
    {
        if (!BitOperations.IsPow2(x.Length))
        {
            throw new ArgumentException($"The length must be a power of two; it is {x.Length}.", nameof(x));
        }

        Permute(x);
        for (var size = 2; size <= x.Length; size *= 2)
        {
            var step = Complex.FromPolarCoordinates(1, -2 * Math.PI / size);
            for (var start = 0; start < x.Length; start += size)
            {
                var turn = Complex.One;
                for (var k = start; k < start + size / 2; k++)
                {
                    var (even, odd) = (x[k], x[k + size / 2] * turn);
                    x[k] = even + odd;
                    x[k + size / 2] = even - odd;
                    turn *= step;
                }
            }
        }
    }

    private static void Permute(Span<Complex> x)
    {
        for (int i = 1, j = 0; i < x.Length; i++)
        {
            var bit = x.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j ^= bit;
            if (i < j)
            {
                (x[i], x[j]) = (x[j], x[i]);
            }
        }
    }
}

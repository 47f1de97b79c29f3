using System.Numerics;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// A symmetric matrix kept as its lower triangle, row by row: half the memory, exactly symmetric whatever the rounding,
/// and each stored value is read once per product.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal static class PackedSymmetric<T>
    where T : struct, INumberBase<T>
{
    /// <summary>How many values the triangle of an n×n matrix has.</summary>
    public static int Length(int n) => n * (n + 1) / 2;

    /// <summary>The triangle of a multiple of the identity.</summary>
    public static T[] Diagonal(int n, T value)
    {
        var triangle = new T[Length(n)];
        for (int i = 0, at = 0; i < n; at += ++i)
        {
            triangle[at + i] = value;
        }

        return triangle;
    }

    /// <summary>y = A·x.</summary>
    public static void Multiply(ReadOnlySpan<T> triangle, ReadOnlySpan<T> x, Span<T> y)
    {
        y.Clear();
        for (int i = 0, at = 0; i < x.Length; at += ++i)
        {
            var row = triangle.Slice(at, i);
            var below = T.IsZero(x[i])
                ? Simd.Dot(row, x)
                : Simd.DotAndAddScaled(row, x, x[i], y);
            y[i] += below + (triangle[at + i] * x[i]);
        }
    }

    /// <summary>xᵀ·A·x.</summary>
    public static T Quadratic(ReadOnlySpan<T> triangle, ReadOnlySpan<T> x)
    {
        var offDiagonal = T.Zero;
        var diagonal = T.Zero;
        for (int i = 0, at = 0; i < x.Length; at += ++i)
        {
            var xi = x[i];
            if (!T.IsZero(xi))
            {
                offDiagonal += xi * Simd.Dot(triangle.Slice(at, i), x);
                diagonal += xi * xi * triangle[at + i];
            }
        }

        return offDiagonal + offDiagonal + diagonal;
    }

    /// <summary>A += s·x·xᵀ.</summary>
    public static void AddOuter(Span<T> triangle, ReadOnlySpan<T> x, T s)
    {
        for (int i = 0, at = 0; i < x.Length; at += ++i)
        {
            if (!T.IsZero(x[i]))
            {
                Simd.AddScaled(x[..(i + 1)], x[i] * s, triangle.Slice(at, i + 1));
            }
        }
    }

    /// <summary>A = keep·A + add·I.</summary>
    public static void Blend(Span<T> triangle, int n, T keep, T add)
    {
        foreach (ref var value in triangle)
        {
            value *= keep;
        }

        AddToDiagonal(triangle, n, add);
    }

    /// <summary>A += add·I.</summary>
    public static void AddToDiagonal(Span<T> triangle, int n, T add)
    {
        for (int i = 0, at = 0; i < n; at += ++i)
        {
            triangle[at + i] += add;
        }
    }
}

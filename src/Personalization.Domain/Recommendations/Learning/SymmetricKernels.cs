using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// The loops that a large ridge spends its time in, over row-major matrices whose rows are padded to
/// <see cref="Panel"/> values, so that there are no rests.
/// </summary>
internal static class SymmetricKernels
{
    /// <summary>Columns that are worked on at a time: two of the widest vectors.</summary>
    public const int Panel = 32;

    /// <summary>Rows that are worked on at a time.</summary>
    public const int RowBlock = 4;

    private const int Width = 16;

    /// <summary>
    /// y += Σ valuesᵢ·row(indicesᵢ), four rows at a time, so that y is loaded and stored a quarter as often.
    /// </summary>
    /// <param name="matrix">The first value of the matrix.</param>
    /// <param name="stride">Values in a row, a multiple of the panel.</param>
    /// <param name="x">Which rows, and by what.</param>
    /// <param name="y">The first value of y; as long as a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(ref float matrix, int stride, SparseFeatures x, ref float y)
    {
        var i = 0;
        for (; i + 4 <= x.Count; i += 4)
        {
            ref var a = ref Unsafe.Add(ref matrix, x.Indices[i] * stride);
            ref var b = ref Unsafe.Add(ref matrix, x.Indices[i + 1] * stride);
            ref var c = ref Unsafe.Add(ref matrix, x.Indices[i + 2] * stride);
            ref var d = ref Unsafe.Add(ref matrix, x.Indices[i + 3] * stride);
            var (fa, fb) = (Vector512.Create(x.Values[i]), Vector512.Create(x.Values[i + 1]));
            var (fc, fd) = (Vector512.Create(x.Values[i + 2]), Vector512.Create(x.Values[i + 3]));
            for (nuint j = 0; j < (nuint)stride; j += Width)
            {
                var sum = Vector512.FusedMultiplyAdd(fa, Vector512.LoadUnsafe(ref a, j), Vector512.LoadUnsafe(ref y, j));
                var other = fc * Vector512.LoadUnsafe(ref c, j);
                sum = Vector512.FusedMultiplyAdd(fb, Vector512.LoadUnsafe(ref b, j), sum);
                other = Vector512.FusedMultiplyAdd(fd, Vector512.LoadUnsafe(ref d, j), other);
                (sum + other).StoreUnsafe(ref y, j);
            }
        }

        for (; i < x.Count; i++)
        {
            ref var row = ref Unsafe.Add(ref matrix, x.Indices[i] * stride);
            var factor = Vector512.Create(x.Values[i]);
            for (nuint j = 0; j < (nuint)stride; j += Width)
            {
                Vector512.FusedMultiplyAdd(factor, Vector512.LoadUnsafe(ref row, j), Vector512.LoadUnsafe(ref y, j)).StoreUnsafe(ref y, j);
            }
        }
    }

    /// <summary>
    /// A −= Σ_k h_k·h_kᵀ. What lies above the diagonal is worked out, panel by panel, and copied below it: A remains symmetric
    /// bit for bit.
    /// </summary>
    /// <param name="matrix">The first value of A.</param>
    /// <param name="rows">Rows of A, a multiple of <see cref="RowBlock"/>.</param>
    /// <param name="stride">Values in a row of A and in an h, a multiple of <see cref="Panel"/>.</param>
    /// <param name="updates">The h, one after the other.</param>
    /// <param name="negated">−h by index: all that touch index 0, then all that touch index 1…</param>
    /// <param name="capacity">How far apart two indices are in the latter.</param>
    /// <param name="count">How many h there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SubtractOuter(
        ref float matrix, int rows, int stride, ref float updates, ref float negated, int capacity, int count)
    {
        for (var column = 0; column < stride; column += Panel)
        {
            ref var panel = ref Unsafe.Add(ref updates, column);
            for (var row = 0; row < Math.Min(rows, column + Panel); row += RowBlock)
            {
                ref var tile = ref Unsafe.Add(ref matrix, (row * stride) + column);
                SubtractTile(ref tile, stride, ref panel, ref Unsafe.Add(ref negated, row * capacity), capacity, count);
                if (row < column)
                {
                    ref var mirrored = ref Unsafe.Add(ref matrix, (column * stride) + row);
                    CopyTransposed(ref tile, stride, ref mirrored, stride, Math.Min(Panel, rows - column), 1);
                }
            }
        }
    }

    /// <summary>Copies a few rows to as many columns.</summary>
    /// <param name="tile">The first value of <see cref="RowBlock"/> rows.</param>
    /// <param name="stride">How far apart they are.</param>
    /// <param name="columns">Where their transpose starts.</param>
    /// <param name="columnStride">How far apart its rows are.</param>
    /// <param name="count">How many values of each row, a multiple of <see cref="RowBlock"/>.</param>
    /// <param name="scale">By what values are multiplied.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyTransposed(ref float tile, int stride, ref float columns, int columnStride, int count, float scale)
    {
        for (var j = 0; j < count; j += RowBlock)
        {
            var a = scale * Vector128.LoadUnsafe(ref tile, (nuint)j);
            var b = scale * Vector128.LoadUnsafe(ref tile, (nuint)(stride + j));
            var c = scale * Vector128.LoadUnsafe(ref tile, (nuint)((2 * stride) + j));
            var d = scale * Vector128.LoadUnsafe(ref tile, (nuint)((3 * stride) + j));
            ref var to = ref Unsafe.Add(ref columns, j * columnStride);
            Vector128.Create(a[0], b[0], c[0], d[0]).StoreUnsafe(ref to);
            Vector128.Create(a[1], b[1], c[1], d[1]).StoreUnsafe(ref to, (nuint)columnStride);
            Vector128.Create(a[2], b[2], c[2], d[2]).StoreUnsafe(ref to, (nuint)(2 * columnStride));
            Vector128.Create(a[3], b[3], c[3], d[3]).StoreUnsafe(ref to, (nuint)(3 * columnStride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SubtractTile(ref float tile, int stride, ref float panel, ref float factors, int capacity, int count)
    {
        ref var second = ref Unsafe.Add(ref tile, stride);
        ref var third = ref Unsafe.Add(ref second, stride);
        ref var fourth = ref Unsafe.Add(ref third, stride);
        var (a0, a1) = (Vector512.LoadUnsafe(ref tile), Vector512.LoadUnsafe(ref tile, Width));
        var (b0, b1) = (Vector512.LoadUnsafe(ref second), Vector512.LoadUnsafe(ref second, Width));
        var (c0, c1) = (Vector512.LoadUnsafe(ref third), Vector512.LoadUnsafe(ref third, Width));
        var (d0, d1) = (Vector512.LoadUnsafe(ref fourth), Vector512.LoadUnsafe(ref fourth, Width));
        for (var k = 0; k < count; k++)
        {
            var h0 = Vector512.LoadUnsafe(ref panel);
            var h1 = Vector512.LoadUnsafe(ref panel, Width);
            var factor = Vector512.Create(Unsafe.Add(ref factors, k));
            (a0, a1) = (Vector512.FusedMultiplyAdd(factor, h0, a0), Vector512.FusedMultiplyAdd(factor, h1, a1));
            factor = Vector512.Create(Unsafe.Add(ref factors, capacity + k));
            (b0, b1) = (Vector512.FusedMultiplyAdd(factor, h0, b0), Vector512.FusedMultiplyAdd(factor, h1, b1));
            factor = Vector512.Create(Unsafe.Add(ref factors, (2 * capacity) + k));
            (c0, c1) = (Vector512.FusedMultiplyAdd(factor, h0, c0), Vector512.FusedMultiplyAdd(factor, h1, c1));
            factor = Vector512.Create(Unsafe.Add(ref factors, (3 * capacity) + k));
            (d0, d1) = (Vector512.FusedMultiplyAdd(factor, h0, d0), Vector512.FusedMultiplyAdd(factor, h1, d1));
            panel = ref Unsafe.Add(ref panel, stride);
        }

        a0.StoreUnsafe(ref tile);
        a1.StoreUnsafe(ref tile, Width);
        b0.StoreUnsafe(ref second);
        b1.StoreUnsafe(ref second, Width);
        c0.StoreUnsafe(ref third);
        c1.StoreUnsafe(ref third, Width);
        d0.StoreUnsafe(ref fourth);
        d1.StoreUnsafe(ref fourth, Width);
    }

    /// <summary>s·Σ valuesᵢ·rowᵢ of each of some rows.</summary>
    /// <param name="matrix">The rows, one after the other.</param>
    /// <param name="stride">Values in a row.</param>
    /// <param name="x">Which values of a row, and by what.</param>
    /// <param name="scale">s.</param>
    /// <param name="products">Receives one sum per row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DotRows(ReadOnlySpan<float> matrix, int stride, SparseFeatures x, float scale, Span<float> products)
    {
        for (var k = 0; k < products.Length; k++)
        {
            var row = matrix.Slice(k * stride, stride);
            var (even, odd) = (0f, 0f);
            var i = 0;
            for (; i + 2 <= x.Count; i += 2)
            {
                even += row[x.Indices[i]] * x.Values[i];
                odd += row[x.Indices[i + 1]] * x.Values[i + 1];
            }

            products[k] = scale * (even + odd + (i < x.Count ? row[x.Indices[i]] * x.Values[i] : 0));
        }
    }

    /// <summary>y += s·x, with x in float32 and y in float64.</summary>
    /// <param name="x">The first value of x.</param>
    /// <param name="scale">s.</param>
    /// <param name="y">The first value of y.</param>
    /// <param name="count">How many values, a multiple of 8.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(ref float x, double scale, ref double y, int count)
    {
        var factor = Vector256.Create(scale);
        for (nuint i = 0; i < (nuint)count; i += 8)
        {
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref x, i));
            Vector256.FusedMultiplyAdd(factor, low, Vector256.LoadUnsafe(ref y, i)).StoreUnsafe(ref y, i);
            Vector256.FusedMultiplyAdd(factor, high, Vector256.LoadUnsafe(ref y, i + 4)).StoreUnsafe(ref y, i + 4);
        }
    }
}

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>A representation of a row: the bias, its features, and if asked the products of each two of them and their squares.</summary>
public sealed class PairwiseProducts
{
    private readonly int _features;
    private readonly bool _products;
    private readonly float _scale;
    private readonly int[] _indices;
    private readonly float[] _values;
    private readonly int[] _present;

    /// <summary>A representation.</summary>
    /// <param name="features">How many features a row has, at least 1.</param>
    /// <param name="products">Whether there are products.</param>
    /// <param name="scale">By what features are scaled, above 0; the bias is not.</param>
    public PairwiseProducts(int features, bool products, double scale = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        _scale = (float)scale;
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        _features = features;
        _products = products;
        Length = Count(features, products);
        _indices = new int[Length];
        _values = new float[Length];
        _present = new int[features];
    }

    /// <summary>How many values it has.</summary>
    public int Length { get; }

    /// <summary>How many values it would have.</summary>
    public static int Count(int features, bool products) =>
        checked(1 + features + (products ? features * (features + 1) / 2 : 0));

    /// <summary>Represents a row. The result is overwritten by the next one.</summary>
    /// <param name="row">The features.</param>
    public SparseFeatures Of(ReadOnlySpan<float> row)
    {
        if (row.Length != _features)
        {
            throw new ArgumentException($"row: has {row.Length} features; allowed: {_features}.", nameof(row));
        }

        (_indices[0], _values[0]) = (0, 1);
        var (at, present) = (1, 0);
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] != 0)
            {
                (_indices[at], _values[at++]) = (1 + i, _scale * row[i]);
                _present[present++] = i;
            }
        }

        at = _products ? Multiply(row, _present.AsSpan(0, present), at) : at;
        return new SparseFeatures(_indices.AsSpan(0, at), _values.AsSpan(0, at));
    }

    // Products lie behind the features as the rows of a lower triangle.
    private int Multiply(ReadOnlySpan<float> row, ReadOnlySpan<int> present, int at)
    {
        for (var a = 0; a < present.Length; a++)
        {
            var i = present[a];
            var first = 1 + _features + (i * (i + 1) / 2);
            for (var b = 0; b <= a; b++)
            {
                (_indices[at], _values[at++]) = (first + present[b], _scale * _scale * row[i] * row[present[b]]);
            }
        }

        return at;
    }
}

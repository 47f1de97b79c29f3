using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// A representation of a row: the bias, its features, and products of two of them (squares included), as many as are asked for;
/// scaled so that rows are about equally long in whatever representation and units.
/// </summary>
/// <remarks>
/// A feature that goes beyond ±1 is divided by its largest size; then all but the bias are multiplied by one number such that
/// their mean squared length is the one given. How strongly a ridge pulls, and how uncertain it starts, then mean the same for
/// few features as for many. Where there are more products than are asked for, they are drawn at random, always the same ones.
/// </remarks>
internal sealed class RowFeatures
{
    private readonly double _squaredLength;
    private readonly (int First, int Second)[] _products;
    private readonly float[] _factors;
    private readonly float[] _scaled;
    private readonly int[] _indices;
    private readonly float[] _values;
    private float _scale = 1;

    /// <summary>A representation that scales nothing yet.</summary>
    /// <param name="features">How many features a row has.</param>
    /// <param name="products">The most products there may be; 0 for none.</param>
    /// <param name="squaredLength">The mean squared length that rows are scaled to, without the bias; above 0.</param>
    public RowFeatures(int features, int products, double squaredLength)
    {
        _squaredLength = squaredLength;
        _products = Draw(features, products);
        Length = 1 + features + _products.Length;
        _factors = new float[features];
        _factors.AsSpan().Fill(1);
        _scaled = new float[features];
        _indices = new int[Length];
        _values = new float[Length];
    }

    /// <summary>How many values it has.</summary>
    public int Length { get; }

    /// <summary>Takes the scale from some rows.</summary>
    public void Fit(IReadOnlyList<float[]> rows)
    {
        for (var i = 0; i < _factors.Length; i++)
        {
            _factors[i] = 1 / Math.Max(1, rows.Max(row => Math.Abs(row[i])));
        }

        _scale = 1;
        var length = rows.Average(SquaredLength);
        _scale = length > 0 ? (float)Math.Sqrt(_squaredLength / length) : 1;
    }

    /// <summary>Represents a row. The result is overwritten by the next one.</summary>
    /// <param name="row">The features.</param>
    public SparseFeatures Of(ReadOnlySpan<float> row)
    {
        if (row.Length != _factors.Length)
        {
            throw new ArgumentException($"row: has {row.Length} features; allowed: {_factors.Length}.", nameof(row));
        }

        (_indices[0], _values[0]) = (0, 1);
        var at = 1;
        for (var i = 0; i < row.Length; i++)
        {
            _scaled[i] = row[i] * _factors[i];
            at = Add(1 + i, _scaled[i], at);
        }

        for (var i = 0; i < _products.Length; i++)
        {
            at = Add(1 + row.Length + i, _scaled[_products[i].First] * _scaled[_products[i].Second], at);
        }

        return new SparseFeatures(_indices.AsSpan(0, at), _values.AsSpan(0, at));
    }

    private int Add(int index, float value, int at)
    {
        if (value == 0)
        {
            return at;
        }

        (_indices[at], _values[at]) = (index, _scale * value);
        return at + 1;
    }

    private double SquaredLength(float[] row)
    {
        var sum = 0.0;
        foreach (var value in Of(row).Values[1..])
        {
            sum += (double)value * value;
        }

        return sum;
    }

    /// <summary>All products, or some at random.</summary>
    private static (int First, int Second)[] Draw(int features, int most)
    {
        var all = most == 0
            ? []
            : Enumerable.Range(0, features).SelectMany(i => Enumerable.Range(0, i + 1).Select(j => (i, j))).ToArray();
        if (all.Length <= most)
        {
            return all;
        }

        var random = new SeededRandom(0);
        for (var i = 0; i < most; i++)
        {
            var other = i + random.NextIndex(all.Length - i);
            (all[i], all[other]) = (all[other], all[i]);
        }

        return all[..most];
    }
}

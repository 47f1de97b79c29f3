namespace Personalization.Domain.Recommendations.Learning;

/// <summary>A vector by its values that are not zero. The spans belong to the caller and are only read.</summary>
public readonly ref struct SparseFeatures
{
    /// <summary>A vector.</summary>
    /// <param name="indices">Where the values are, from 0, each at most once.</param>
    /// <param name="values">The values, as many; finite.</param>
    /// <exception cref="ArgumentException">There are not as many values as indices.</exception>
    public SparseFeatures(ReadOnlySpan<int> indices, ReadOnlySpan<float> values)
    {
        if (indices.Length != values.Length)
        {
            throw new ArgumentException($"values: are {values.Length}; allowed: {indices.Length}, as there are indices.", nameof(values));
        }

        Indices = indices;
        Values = values;
    }

    /// <summary>Where the values are.</summary>
    public ReadOnlySpan<int> Indices { get; }

    /// <summary>The values.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>How many values there are.</summary>
    public int Count => Indices.Length;

    /// <summary>Writes the vector out: zeros, and the values at their places.</summary>
    /// <param name="dense">Receives it; longer than the largest index.</param>
    public void CopyTo(Span<float> dense)
    {
        dense.Clear();
        for (var i = 0; i < Indices.Length; i++)
        {
            dense[Indices[i]] = Values[i];
        }
    }

    /// <summary>Checks that every index is below a length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not.</exception>
    internal void Check(int length)
    {
        foreach (var index in Indices)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)length, nameof(Indices));
        }
    }
}

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>How alike the candidates of a slate are.</summary>
internal interface ISlateSimilarity
{
    /// <summary>Measures how alike a candidate and some others are, [0, 1]; the same from either side.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="others">The others.</param>
    /// <param name="similarities">Receives one number for each of the others.</param>
    void Measure(int candidate, ReadOnlySpan<int> others, Span<float> similarities);
}

/// <summary>Nothing is like anything else.</summary>
internal readonly struct NoSimilarity : ISlateSimilarity
{
    /// <inheritdoc/>
    public void Measure(int candidate, ReadOnlySpan<int> others, Span<float> similarities) => similarities[..others.Length].Clear();
}

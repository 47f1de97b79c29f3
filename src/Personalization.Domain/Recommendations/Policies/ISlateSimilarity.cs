namespace Personalization.Domain.Recommendations.Policies;

/// <summary>How alike the candidates of a slate are.</summary>
internal interface ISlateSimilarity
{
    /// <summary>Raises each candidate's entry to its similarity to one that was chosen, where that is larger.</summary>
    /// <param name="chosen">The candidate that was chosen.</param>
    /// <param name="closest">Per candidate, its largest similarity to any that was chosen, [0, 1].</param>
    void Raise(int chosen, Span<float> closest);
}

/// <summary>Nothing is like anything else.</summary>
internal readonly struct NoSimilarity : ISlateSimilarity
{
    /// <inheritdoc/>
    public void Raise(int chosen, Span<float> closest)
    {
    }
}

namespace Personalization.Benchmarks.Slates;

/// <summary>Shows slates and learns from their clicks.</summary>
internal interface ISlatePolicy
{
    /// <summary>The b_k it learned; null where it learns none.</summary>
    double[]? LearnedExamination { get; }

    /// <summary>Shows who is here a slate.</summary>
    /// <param name="slate">Receives the items, first slot first.</param>
    void Choose(Span<int> slate);

    /// <summary>Learns what the slate got.</summary>
    /// <param name="slate">The items that were chosen last.</param>
    /// <param name="clicks">1 or 0 per slot.</param>
    void Learn(ReadOnlySpan<int> slate, ReadOnlySpan<double> clicks);
}

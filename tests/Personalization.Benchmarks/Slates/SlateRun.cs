namespace Personalization.Benchmarks.Slates;

/// <summary>What came of one policy in one world.</summary>
/// <param name="Regret">
/// Clicks lost in expectation against the best slates, summed up to each of <see cref="Checkpoints"/> equally spaced rounds.
/// </param>
/// <param name="ClicksPerSlate">Clicks that came, per slate.</param>
/// <param name="LastShare">Clicks to be expected in the last tenth of rounds, over those of the best slates.</param>
/// <param name="LearnedExamination">The b_k that was learned; null where none was.</param>
internal sealed record SlateRun(double[] Regret, double ClicksPerSlate, double LastShare, double[]? LearnedExamination)
{
    /// <summary>How often regret is written down.</summary>
    public const int Checkpoints = 100;
}

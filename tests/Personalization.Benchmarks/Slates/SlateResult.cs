using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.Slates;

/// <summary>What came of one policy over all seeds: means with Student's 95 % intervals.</summary>
internal sealed class SlateResult
{
    /// <summary>A result.</summary>
    /// <param name="arm">The policy.</param>
    /// <param name="runs">One per seed, at least four.</param>
    /// <param name="standard">Those of the policy that it is compared with, in the same worlds.</param>
    public SlateResult(SlateArm arm, IReadOnlyList<SlateRun> runs, IReadOnlyList<SlateRun> standard)
    {
        Arm = arm;
        Regret = [.. Enumerable.Range(0, SlateRun.Checkpoints).Select(c => Over(runs, r => r.Regret[c]))];
        ExtraRegret = SampleMean.Student([.. runs.Zip(standard, static (own, other) => own.Regret[^1] - other.Regret[^1])]);
        ClicksPerSlate = Over(runs, static r => r.ClicksPerSlate);
        LastShare = Over(runs, static r => r.LastShare);
        LearnedExamination = runs[0].LearnedExamination is { } first
            ? [.. Enumerable.Range(0, first.Length).Select(k => Over(runs, r => r.LearnedExamination![k]))]
            : null;
    }

    public SlateArm Arm { get; }

    /// <summary>Cumulative regret at each checkpoint.</summary>
    public ConfidenceInterval[] Regret { get; }

    /// <summary>
    /// Regret beyond that of the standard policy. Worlds differ more than policies do: of two policies, look at this interval and
    /// not at whether the two bands overlap.
    /// </summary>
    public ConfidenceInterval ExtraRegret { get; }

    public ConfidenceInterval ClicksPerSlate { get; }

    /// <summary>The share of the optimum in the last tenth.</summary>
    public ConfidenceInterval LastShare { get; }

    /// <summary>The b_k that was learned; null where none was.</summary>
    public ConfidenceInterval[]? LearnedExamination { get; }

    private static ConfidenceInterval Over(IReadOnlyList<SlateRun> runs, Func<SlateRun, double> value) =>
        SampleMean.Student([.. runs.Select(value)]);
}

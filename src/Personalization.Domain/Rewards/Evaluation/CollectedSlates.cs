using System.Collections.Immutable;

namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>What a <see cref="SlateCollector"/> made of a log.</summary>
public sealed record CollectedSlates
{
    /// <summary>The decisions that can be evaluated, in the order they were made.</summary>
    public required ImmutableArray<EvaluatedSlate> Slates { get; init; }

    /// <summary>Each of their slots as a decision of its own, with the slots above as they were logged.</summary>
    public required ImmutableArray<EvaluatedDecision> Slots { get; init; }

    /// <summary>Distinct decisions of the span that were held: those in <see cref="Slates"/> and those counted below.</summary>
    public required int Decisions { get; init; }

    /// <summary>Left out: their window is open, so that rewards may still come.</summary>
    public required int Open { get; init; }

    /// <summary>Left out: a line has a probability that cannot be.</summary>
    public required int WithoutPropensities { get; init; }

    /// <summary>Left out: what their slots could have been given, or what the shadow would have given them, was not logged.</summary>
    public required int WithoutCandidates { get; init; }

    /// <summary>Left out: what their rewards are made of was not logged, and the measure asks for it.</summary>
    public required int WithoutComponents { get; init; }

    /// <summary>Left out: a slot has a line and one above it has none, so that the weight of the lower one is not known.</summary>
    public required int WithGaps { get; init; }

    /// <summary>Lines of decisions beyond <see cref="SlateCollectorOptions.MaxDecisions"/>.</summary>
    public required long LinesBeyondCap { get; init; }
}

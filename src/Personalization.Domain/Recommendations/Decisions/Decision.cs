using System.Collections.Immutable;
using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Recommendations.Decisions;

/// <summary>
/// A slate as it is remembered: what outcomes are joined to, what the policy learns from, and what off-policy evaluation
/// reads. Holds the features as they were, so that nothing has to be looked up later.
/// </summary>
public sealed record Decision
{
    /// <summary>The id.</summary>
    public required string DecisionId { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Which policy decided.</summary>
    public required RankingArm Arm { get; init; }

    /// <summary><c>name@version/arm</c>; empty outside experiments.</summary>
    public required string Experiment { get; init; }

    /// <summary>Where the slate stood.</summary>
    public required string Placement { get; init; }

    /// <summary>Where the shopper was.</summary>
    public required Touchpoint Touchpoint { get; init; }

    /// <summary>The policy's version; 0 for none.</summary>
    public required long PolicyVersion { get; init; }

    /// <summary>The catalogue's version.</summary>
    public required long CatalogVersion { get; init; }

    /// <summary>Which meaning the features have.</summary>
    public required int FeatureVersion { get; init; }

    /// <summary>The user features on the <see cref="Policies.FeatureGrid"/>.</summary>
    public required ImmutableArray<sbyte> User { get; init; }

    /// <summary>The items, first slot first.</summary>
    public required ImmutableArray<DecisionItem> Items { get; init; }

    /// <summary>
    /// How likely each position was taken to be looked at when the decision was made, from the first on, on the
    /// <see cref="Policies.ExaminationGrid"/>: what its rewards are learned with. Empty where the decision does not say, one step for
    /// all under <see cref="Policies.ExaminationModel.Cascade"/>.
    /// </summary>
    public ImmutableArray<byte> Examination { get; init; } = [];

    /// <summary>
    /// Whether what a shopper did says which items they looked at. A slate of one item is the same in both models.
    /// </summary>
    public bool IsCascade => Examination.Length == 1 && Items.Length > 1;

    /// <summary>
    /// Per slot and the one below it, how likely the other order of the two was as a share of both, [0, 1]; of the first ten slots at
    /// most. Empty where the decision was not drawn, or does not say.
    /// </summary>
    public ImmutableArray<Half> Swaps { get; init; } = [];

    /// <summary>Who decided, in the engine's own arm: the policy, or the baseline that it learns from.</summary>
    public Modes.PolicyMode Mode { get; init; }

    /// <summary>What the policy in the shadow would have made of it; null when none was scored.</summary>
    public DecisionShadow? Shadow { get; init; }

    /// <summary>The slot of an item, from 1; 0 when the slate does not have it.</summary>
    public int PositionOf(string itemId)
    {
        for (var i = 0; i < Items.Length; i++)
        {
            if (Items[i].ItemId == itemId)
            {
                return i + 1;
            }
        }

        return 0;
    }
}

/// <summary>One item of a <see cref="Decision"/>.</summary>
/// <param name="ItemId">The product.</param>
/// <param name="Features">Its features on the <see cref="Policies.FeatureGrid"/>.</param>
/// <param name="Propensity">Given the slots above; kept in float32.</param>
/// <param name="Score">The policy's estimate; kept in float16.</param>
/// <param name="Candidates">What the slot could have been given; null for most decisions, which do not remember it.</param>
public readonly record struct DecisionItem(
    string ItemId, ImmutableArray<sbyte> Features, float Propensity, Half Score, SlotCandidates? Candidates = null);

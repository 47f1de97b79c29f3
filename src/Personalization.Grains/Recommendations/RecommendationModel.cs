using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Grains.Recommendations;

/// <summary>What the recommendation policy and the graph are made of: one for all silos of a cluster.</summary>
/// <param name="Policy">The learner's options.</param>
/// <param name="CoVisitation">The graph's options.</param>
public sealed record RecommendationModel(HybridRidgeOptions Policy, CoVisitationOptions CoVisitation)
{
    /// <summary>How each silo makes the factor model.</summary>
    public FactorOptions Factors { get; init; } = new();

    /// <summary>How many bytes of visits gather in a journal before the graph is stored whole, when it is smaller than that: what can be read in a second.</summary>
    public long VisitsJournalBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The longest that single visits stay in the journal before the whole is stored, at least 1 ms.</summary>
    public TimeSpan VisitsJournalAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The defaults: before the first reward the policy believes what the feature schema says.</summary>
    public static RecommendationModel Default { get; } =
        new(new HybridRidgeOptions { Prior = [.. FeatureSchema.PriorWeights()] }, new CoVisitationOptions());

    /// <summary>A policy that has learned nothing yet.</summary>
    public PolicyStatistics NewStatistics() => new(FeatureSchema.Shape, Policy);
}

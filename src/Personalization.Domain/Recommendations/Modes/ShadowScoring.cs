using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Modes;

/// <summary>What a policy in the shadow makes of the candidates that a slate was drawn from.</summary>
internal static class ShadowScoring
{
    /// <summary>
    /// Estimates the members of the pool once more, by another policy: the same features of the same products for the same shopper,
    /// and the same boosts.
    /// </summary>
    /// <param name="policy">The other policy; of the shape of the features here.</param>
    /// <param name="alike">Says what is like a product, for those that inherit; null where none does.</param>
    /// <param name="workspace">Has the pool; receives <see cref="RecommendWorkspace.ShadowMeans"/> and the variances.</param>
    /// <param name="pool">How many there are.</param>
    public static void Estimate(PolicySnapshot policy, CatalogSnapshot? alike, RecommendWorkspace workspace, int pool)
    {
        var user = workspace.User.AsSpan();
        policy.Project(user, workspace.ShadowProjection);
        var unseen = Simd.Dot<float>(user, user) / policy.ItemLambda;
        for (var i = 0; i < pool; i++)
        {
            var candidate = workspace.Pool[i];
            var row = workspace.Features.AsSpan(candidate * FeatureSchema.ItemCount, FeatureSchema.ItemCount);
            var item = workspace.Candidates.Items[candidate];
            var mean = Simd.Dot<float>(row, workspace.ShadowProjection) + Simd.Dot(policy.BeliefOf(item, alike).Weights, user);
            var variance = policy.Of(item) is { } own
                ? Math.Max(0, PackedSymmetric<float>.Quadratic(own.Covariance.AsSpan(), user))
                : unseen;
            workspace.ShadowMeans[i] = workspace.Boosts.Count == 0 ? mean : RankingRules.Boosted(mean, workspace.Factors[candidate]);
            workspace.ShadowVariances[i] = variance;
        }
    }

    /// <summary>Where in the pool the items of a slate stand that was not drawn from it; −1 for those that do not.</summary>
    public static ReadOnlySpan<int> PlacesOf(ReadOnlySpan<int> candidates, RecommendWorkspace workspace, int pool)
    {
        var places = workspace.ShadowPlaces.AsSpan(0, candidates.Length);
        for (var slot = 0; slot < places.Length; slot++)
        {
            places[slot] = workspace.Pool.AsSpan(0, pool).IndexOf(candidates[slot]);
        }

        return places;
    }
}

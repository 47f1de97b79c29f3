using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations;

/// <summary>The whole loop in small: slates, clicks, lessons, better slates.</summary>
public sealed class LearningTests
{
    private const int Decisions = 1200;
    private const int Slots = 4;

    private static readonly FacetAffinity[] s_liked = [Affinity("skin/serum", 0.5f)];
    private static readonly FacetAffinity[] s_otherLiked = [Affinity("lips", 0.5f)];

    [Fact]
    public void Recommend_LearningFromClicks_BeatsRandomClearly()
    {
        var catalog = CatalogSnapshot.Empty.With(
            new CatalogChanges { Upserted = [.. Enumerable.Range(0, 120).Select(static n => SampleProducts.OfNumber(n))] }, 1);
        var engine = ClickRate(catalog, RankingArm.Engine);
        var random = ClickRate(catalog, RankingArm.Random);
        Assert.True(engine > 1.5 * random, $"The engine's rate is {engine:F3}, chance's {random:F3}.");
    }

    /// <summary>Clicks per item shown, over the second half.</summary>
    private static double ClickRate(CatalogSnapshot catalog, RankingArm arm)
    {
        var state = new PolicyStatistics(FeatureSchema.Shape, new HybridRidgeOptions { Examination = ExaminationCurve.Flat });
        var policy = PolicySnapshot.Create(state.ChangesSince(0), catalog.Directory);
        var (recommender, workspace, luck, clicks) = (new Recommender(), new RecommendWorkspace(), new SeededRandom(9), 0.0);
        for (var t = 1; t <= Decisions; t++)
        {
            var other = luck.NextUnit() < 0.5;
            var slate = recommender.Recommend(
                new RecommendInput
                {
                    User = UserKey.Known($"u{t % 50}"),
                    Shopper = new ShopperView { Categories = other ? s_otherLiked : s_liked },
                    Request = new RecommendRequest { PageSize = Slots },
                    DecisionId = $"d{t}",
                    Now = SampleProducts.Now + TimeSpan.FromMinutes(t),
                    Catalog = catalog,
                    Policy = policy,
                    CoVisitation = CoVisitationSnapshot.Empty,
                    Arm = arm,
                },
                workspace);
            var rewards = slate.Items.Select(i => luck.NextUnit() < ClickProbability(catalog.Find(i.ItemId)!, other) ? 1f : 0f).ToArray();
            clicks += t > Decisions / 2 ? rewards.Sum() : 0;
            state.Apply(0, t - 1, t, Lessons(slate.Decision, rewards, t));
            policy = policy.With(state.ChangesSince(policy.Version), catalog.Directory);
        }

        return clicks / (Decisions / 2 * Slots);
    }

    /// <summary>Hidden from the engine: taste for a category, and some products that everybody likes.</summary>
    private static double ClickProbability(ProductFacts product, bool other)
    {
        var taste = product.CategoryPath[^1] == (other ? "lips" : "serum") ? 0.25 : 0;
        return 0.05 + taste + (product.ProductId.EndsWith('7') ? 0.25 : 0);
    }

    private static PolicyUpdate[] Lessons(Decision decision, float[] rewards, int offset) => [.. decision.Items.Select((item, i) => new PolicyUpdate
    {
        Kind = PolicyUpdateKind.Observation,
        Offset = offset,
        ItemId = item.ItemId,
        User = decision.User,
        Item = item.Features,
        Position = i + 1,
        Reward = rewards[i],
        PolicyVersion = decision.PolicyVersion,
        FeatureVersion = decision.FeatureVersion,
    })];

    private static FacetAffinity Affinity(string category, float mean) =>
        new(FacetKind.Category, FacetKey.Of(FacetKind.Category, category).Hash, category, mean, 0.1f, 9);
}

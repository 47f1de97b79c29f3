using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Features;

public sealed class ContextFeaturesTests
{
    private static readonly Gen<KeyValuePair<string, ContextValue>> s_entries =
        from key in Gen.String[1, 12]
        from value in Gen.OneOf(
            Gen.String[0, 12].Select(ContextValue.Of), Gen.Double[-1e9, 1e9].Select(ContextValue.Of), Gen.Bool.Select(ContextValue.Of))
        select KeyValuePair.Create(key, value);

    [Fact]
    public void Of_AnyContext_IsInRangeOnTheGridAndWithoutOrder() =>
        s_entries.Array[0, 32].Sample(static context =>
        {
            var features = Numbers(context);
            Assert.All(features, static f => Assert.InRange(f, -1, 1));
            Assert.Equal(features.Select(FeatureGrid.Snap), features);
            Assert.Equal(ContextFeatures.Of(context), ContextFeatures.Of(context.AsEnumerable().Reverse().ToArray()));
        });

    [Fact]
    public void Of_NoContext_IsZero() => Assert.Equal(default, ContextFeatures.Of([]));

    [Fact]
    public void Of_TextsOfOneName_SpreadOverPlacesAndSigns()
    {
        var seen = Enumerable.Range(0, 200).Select(static i => ContextFeatures.Of([Entry("campaign", ContextValue.Of($"no {i}"))])).Distinct();
        Assert.Equal(2 * ContextFeatures.Count, seen.Count());
    }

    [Theory]
    [InlineData(-1e9, -100)]
    [InlineData(-100, 0)]
    [InlineData(0, 5)]
    [InlineData(5, 25)]
    [InlineData(25, 500)]
    public void Of_ALargerNumber_CountsMoreInOneDirection(double less, double more)
    {
        var direction = Math.Sign(Strength(ContextValue.Of(1.0)));
        Assert.True(direction * Strength(ContextValue.Of(more)) > direction * Strength(ContextValue.Of(less)));
        Assert.Equal(-Strength(ContextValue.Of(more)), Strength(ContextValue.Of(-more)));
    }

    [Fact]
    public void Of_Truth_CountsBothWays() => Assert.Equal((-1f, 1f), Ordered(Strength(ContextValue.Of(true)), Strength(ContextValue.Of(false))));

    /// <summary>What is bought when it rains is shown when it rains, and what is bought otherwise otherwise.</summary>
    [Fact]
    public void Recommend_WhatIsChosenDependsOnTheContext_IsShownInIt()
    {
        var catalog = CatalogSnapshot.Empty.With(
            new CatalogChanges { Upserted = [.. Enumerable.Range(0, 2).Select(static n => SampleProducts.OfNumber(n))] }, 1);
        var policy = LearnedInRainAndSun(catalog);
        var recommender = new Recommender(new RecommenderOptions { Exploration = new Greedy(), StrangerExploration = new Greedy() });

        Assert.Equal(("p0", "p1"), (First("rain"), First("sun")));

        string First(string weather) => recommender.Recommend(
            new RecommendInput
            {
                User = UserKey.Known("u1"),
                Request = new RecommendRequest { Candidates = ["p0", "p1"], Context = Weather(weather), Diversity = 0 },
                DecisionId = "d",
                Now = SampleProducts.Now,
                Catalog = catalog,
                Policy = policy,
            },
            new RecommendWorkspace()).Items[0].ItemId;
    }

    private static PolicySnapshot LearnedInRainAndSun(CatalogSnapshot catalog)
    {
        var state = new PolicyStatistics(FeatureSchema.Shape, new HybridRidgeOptions());
        var (user, item) = (new float[FeatureSchema.UserCount], new sbyte[FeatureSchema.ItemCount]);
        item[(int)ItemFeature.Bias] = FeatureGrid.Steps;
        for (var i = 1; i <= 2000; i++)
        {
            var (rains, first) = (i % 2 == 0, i / 2 % 2 == 0);
            var packed = new sbyte[user.Length];
            UserFeatures.Fill(StrangerFeatures.Of(false), Touchpoint.Home, Weather(rains ? "rain" : "sun"), user);
            FeatureGrid.Pack(user, packed);
            state.Apply(0, i - 1, i, [new PolicyUpdate
            {
                Kind = PolicyUpdateKind.Observation, Offset = i, ItemId = first ? "p0" : "p1", User = [.. packed], Item = [.. item],
                Position = 1, Reward = rains == first ? 1 : 0, PolicyVersion = 0, FeatureVersion = FeatureSchema.Version,
            }]);
        }

        return PolicySnapshot.Create(state.ChangesSince(0), catalog.Directory);
    }

    private static ContextFeatures Weather(string weather) => ContextFeatures.Of([Entry("weather", ContextValue.Of(weather))]);

    private static KeyValuePair<string, ContextValue> Entry(string key, ContextValue value) => KeyValuePair.Create(key, value);

    private static float Strength(ContextValue value) => Numbers([Entry("degrees", value)]).Sum();

    private static (float Less, float More) Ordered(float a, float b) => (Math.Min(a, b), Math.Max(a, b));

    private static float[] Numbers(KeyValuePair<string, ContextValue>[] context)
    {
        var features = new float[ContextFeatures.Count];
        ContextFeatures.Of(context).CopyTo(features);
        return features;
    }
}

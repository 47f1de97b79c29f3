using CsCheck;
using Personalization.Domain.Products;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Features;

public sealed class OfflineScoresTests
{
    private static readonly Gen<double> s_scores = Gen.Double[ProductFacts.LeastOfflineScore, ProductFacts.MostOfflineScore];

    [Fact]
    public void FeatureOf_NothingSaidOrTheNeutralScore_IsZero()
    {
        Assert.Equal(0, OfflineScores.FeatureOf(null));
        Assert.Equal(0, OfflineScores.FeatureOf(double.NaN));
        Assert.Equal(0, OfflineScores.FeatureOf(OfflineScores.Neutral));
    }

    /// <summary>The prior's estimate of a product of which nothing else is known is the score itself, to a step of the grid.</summary>
    [Fact]
    public void FeatureOf_ScoresWhereRewardsLie_MakeThePriorSayTheScore() => Gen.Double[-0.15, 0.25].Sample(static score =>
    {
        var prior = FeatureSchema.PriorWeights();
        var estimate = prior[(int)ItemFeature.Bias] + (prior[(int)ItemFeature.OfflineScore] * OfflineScores.FeatureOf(score));
        Assert.Equal(score, estimate, 0.51 / FeatureGrid.Steps / 8);
    });

    [Fact]
    public void FeatureOf_AnyScores_KeepTheirOrderOnTheGrid() => Gen.Select(s_scores, s_scores).Sample(static (a, b) =>
    {
        var (lower, upper) = (OfflineScores.FeatureOf(Math.Min(a, b)), OfflineScores.FeatureOf(Math.Max(a, b)));
        Assert.True(lower <= upper);
        Assert.Equal(lower, FeatureGrid.Unpack(FeatureGrid.Pack(lower)));
    });

    [Fact]
    public void FeatureOf_HighProbabilities_AreStillToldApart() =>
        Assert.True(OfflineScores.FeatureOf(0.5) < OfflineScores.FeatureOf(0.6) && OfflineScores.FeatureOf(0.6) < OfflineScores.FeatureOf(0.9));
}

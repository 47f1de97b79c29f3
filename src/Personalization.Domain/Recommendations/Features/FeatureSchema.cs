using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Features;

/// <summary>The shape and the meaning of the features that policies learn from.</summary>
public static class FeatureSchema
{
    /// <summary>Which meaning the numbers have. Decisions carry it; lessons of another version are left out.</summary>
    public const int Version = 4;

    /// <summary>User features: one per <see cref="UserFeature"/>, several for the context.</summary>
    public const int UserCount = (int)UserFeature.Context + ContextFeatures.Count;

    /// <summary>Item features: one per <see cref="ItemFeature"/>.</summary>
    public const int ItemCount = 20;

    /// <summary>Item features that depend on the product alone: the catalogue holds them.</summary>
    public const int StaticCount = 8;

    /// <summary>The shape for a policy.</summary>
    public static PolicyShape Shape => new(UserCount, ItemCount, Version);

    /// <summary>
    /// What is believed of the weights before the first reward: how much likelier what goes with what was looked at, is liked,
    /// wanted or popular is to be chosen, in rewards. Some thousand rewards outweigh it.
    /// </summary>
    public static float[] PriorWeights()
    {
        var prior = new float[UserCount * ItemCount];
        prior[(int)ItemFeature.Bias] = OfflineScores.Neutral;
        prior[(int)ItemFeature.Sentiment] = 0.15f;
        prior[(int)ItemFeature.Popularity] = 0.15f;
        prior[(int)ItemFeature.SegmentPopularity] = 0.05f;
        prior[(int)ItemFeature.CategoryAffinity] = 0.35f;
        prior[(int)ItemFeature.BrandAffinity] = 0.35f;
        prior[(int)ItemFeature.AttributeAffinity] = 0.35f;
        // By leave-last-out on purchase sequences of beauty products: at 0.1, half the hits of co-visitation alone are lost to likings.
        prior[(int)ItemFeature.CoVisitation] = 0.6f;
        prior[(int)ItemFeature.Likeness] = 0.02f;
        prior[(int)ItemFeature.Trending] = 0.02f;
        prior[(int)ItemFeature.PriceFit] = 0.02f;
        prior[(int)ItemFeature.Taste] = 0.15f;
        prior[(int)ItemFeature.Appeal] = 0.15f;
        prior[(int)ItemFeature.Exposure] = -0.02f;
        prior[(int)ItemFeature.OfflineScore] = OfflineScores.PriorWeight;
        return prior;
    }
}

namespace Personalization.Domain.Recommendations.Features;

/// <summary>
/// The numbers by which a policy knows a candidate: of the product alone first, then of product and shopper together. All
/// lie on the <see cref="Policies.FeatureGrid"/>. Policies learn by position: a change of order or meaning needs a new
/// <see cref="FeatureSchema.Version"/>.
/// </summary>
public enum ItemFeature
{
    /// <summary>Always 1.</summary>
    Bias = 0,
    /// <summary>What shoppers feel about it, [−1, 1], shrunk.</summary>
    Sentiment = 1,
    /// <summary>The standard deviation of that, [0, 1].</summary>
    SentimentDoubt = 2,
    /// <summary>Change of that feeling, [−1, 1].</summary>
    SentimentTrend = 3,
    /// <summary>Where its price stands in its category, [−1, 1]: −1 cheapest.</summary>
    Price = 4,
    /// <summary>Share of the price the shop keeps, [−1, 1].</summary>
    Margin = 5,
    /// <summary>How popular it is, [0, 1): 1/4 for the average product.</summary>
    Popularity = 6,
    /// <summary>How new it is, (0, 1]: 1 at launch, 1/2 after two weeks.</summary>
    Newness = 7,
    /// <summary>The shopper's affinity to its categories, [−1, 1].</summary>
    CategoryAffinity = 8,
    /// <summary>To its brand, [−1, 1].</summary>
    BrandAffinity = 9,
    /// <summary>To its attributes, [−1, 1].</summary>
    AttributeAffinity = 10,
    /// <summary>How well its price suits the shopper, [−1, 1]: sensitivity × cheapness.</summary>
    PriceFit = 11,
    /// <summary>How strongly it goes with what the shopper looked at last, [0, 1).</summary>
    CoVisitation = 12,
    /// <summary>How like that it is, [0, 1].</summary>
    Likeness = 13,
    /// <summary>How popular it is in the shopper's segment, [0, 1).</summary>
    SegmentPopularity = 14,
    /// <summary>How much more it is looked at now than usual, [0, 1).</summary>
    Trending = 15,
    /// <summary>How much it is to the shopper's taste, in pairs of log-odds, [−2, 2).</summary>
    Taste = 16,
    /// <summary>By how many times its taste makes it likelier to be chosen than another, over 4: (e^taste − 1)/4 in (−1/4, 2).</summary>
    Appeal = 17,
    /// <summary>How often the shopper was shown it of late, [0, 1]: 1 from four times on.</summary>
    Exposure = 18,
    /// <summary>What the caller's own ranker expects of it, by <see cref="OfflineScores"/>, (−2, 2): 0 where it says nothing.</summary>
    OfflineScore = 19,
}

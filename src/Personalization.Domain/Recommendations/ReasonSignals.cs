namespace Personalization.Domain.Recommendations;

/// <summary>The signals that a <see cref="Reason"/> can name.</summary>
public static class ReasonSignals
{
    /// <summary>The shopper is drawn to its category.</summary>
    public const string CategoryAffinity = "AFFINITY_CATEGORY";

    /// <summary>The shopper is drawn to its brand.</summary>
    public const string BrandAffinity = "AFFINITY_BRAND";

    /// <summary>The shopper is drawn to its attributes.</summary>
    public const string AttributeAffinity = "AFFINITY_ATTRIBUTE";

    /// <summary>Shoppers turn to it after what this one looked at.</summary>
    public const string CoVisited = "CO_VISITED";

    /// <summary>Shoppers turn to it directly after what this one turned to last.</summary>
    public const string NextInSequence = "NEXT_IN_SEQUENCE";

    /// <summary>It keeps the company of what this shopper turned to, by the factor model.</summary>
    public const string AlikeShoppers = "ALIKE_SHOPPERS";

    /// <summary>It was bought before and is due again.</summary>
    public const string Repurchase = "REPURCHASE";

    /// <summary>The caller's rules favour it.</summary>
    public const string Boosted = "BOOSTED";

    /// <summary>It is like what the shopper looked at.</summary>
    public const string Similar = "SIMILAR";

    /// <summary>Shoppers feel good about it.</summary>
    public const string ProductSentiment = "SENTIMENT_PRODUCT";

    /// <summary>Shoppers feel better about it than they did.</summary>
    public const string SentimentTrend = "SENTIMENT_TREND";

    /// <summary>It is looked at more than usual right now.</summary>
    public const string Trending = "TRENDING";

    /// <summary>It is popular.</summary>
    public const string Popular = "POPULAR";

    /// <summary>It is popular with shoppers like this one.</summary>
    public const string PopularInSegment = "POPULAR_SEGMENT";

    /// <summary>It is new.</summary>
    public const string New = "NEW";

    /// <summary>Its price suits the shopper.</summary>
    public const string Price = "PRICE";

    /// <summary>What shoppers in this situation did with this very product.</summary>
    public const string Learned = "LEARNED_ITEM";

    /// <summary>What shoppers in this situation did with the products most like it.</summary>
    public const string LearnedAlike = "LEARNED_ALIKE";

    /// <summary>The caller's own ranker expects much of it.</summary>
    public const string OfflineScore = "OFFLINE_SCORE";

    /// <summary>It is shown to find out.</summary>
    public const string Exploration = "EXPLORATION";
}

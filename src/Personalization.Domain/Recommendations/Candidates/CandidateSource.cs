namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>Which generator found a candidate first.</summary>
internal enum CandidateSource : byte
{
    /// <summary>The caller asked for it.</summary>
    Requested = 0,
    CoVisitation = 1,
    Content = 2,
    Trending = 3,
    Popular = 4,
    Sentiment = 5,
    New = 6,

    /// <summary>Drawn from everything that passes the filter.</summary>
    Random = 7,

    /// <summary>It comes directly after what the shopper turned to last.</summary>
    Sequence = 8,

    /// <summary>By the factor model.</summary>
    Factor = 9,

    /// <summary>Bought before, and due again.</summary>
    Repurchase = 10,

    /// <summary>The caller's rules ask for it to be favoured.</summary>
    Boosted = 11,
}

/// <summary>The names of the sources in answers.</summary>
internal static class CandidateSources
{
    private static readonly string[] s_names =
        ["REQUESTED", "CO_VISITATION", "CONTENT", "TRENDING", "POPULAR", "SENTIMENT", "NEW", "RANDOM", "SEQUENCE", "FACTOR", "REPURCHASE", "BOOSTED"];

    public static string NameOf(CandidateSource source) => s_names[(int)source];
}

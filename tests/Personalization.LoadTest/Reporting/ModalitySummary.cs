namespace Personalization.LoadTest.Reporting;

/// <summary>What two opposite feelings in one modality did to a profile and to the next ranking.</summary>
/// <param name="ReadBy">The model or rule that read them: name@version.</param>
/// <param name="Pleasant">The pleasant, eager or stirred one.</param>
/// <param name="Unpleasant">The unpleasant or calm one.</param>
/// <param name="ScoresMovedByNothing">How far estimates moved for a shopper who sent nothing: what time alone does.</param>
internal sealed record ModalitySummary(string ReadBy, StimulusSummary Pleasant, StimulusSummary Unpleasant, double? ScoresMovedByNothing)
{
    /// <summary>The least difference between the two profiles, in valence, arousal, intent or frustration, that counts.</summary>
    public const double LeastDifference = 0.02;

    /// <summary>Whether the two left different profiles, and both moved the ranking more than nothing did.</summary>
    public bool Moves => Difference >= LeastDifference && Pleasant.ScoresMoved > ScoresMovedByNothing && Unpleasant.ScoresMoved > ScoresMovedByNothing;

    /// <summary>The largest difference between the two profiles, after what they were before.</summary>
    public double Difference => new[]
    {
        Apart(Pleasant.Valence, Unpleasant.Valence), Apart(Pleasant.Arousal, Unpleasant.Arousal),
        Apart(Pleasant.PurchaseIntent, Unpleasant.PurchaseIntent), Apart(Pleasant.Frustration, Unpleasant.Frustration),
    }.Max();

    private static double Apart(double?[] one, double?[] other) => Math.Abs((one[1] - one[0] - (other[1] - other[0])) ?? 0);
}

/// <summary>What one feeling did. Pairs are before and after.</summary>
/// <param name="Sent">What was sent.</param>
/// <param name="Valence">Of the session's mood, [−1, 1].</param>
/// <param name="Arousal">Of the session's mood, [−1, 1].</param>
/// <param name="PurchaseIntent">[0, 1].</param>
/// <param name="Frustration">[0, 1].</param>
/// <param name="ScoresMoved">How far the estimates of the same candidates moved, as a share of their size.</param>
/// <param name="NewAmongTen">How many of the ten best candidates are others than before.</param>
/// <param name="ShownAfterMs">From the acknowledgement until ranking and profile knew of it.</param>
internal sealed record StimulusSummary(
    string Sent,
    double?[] Valence,
    double?[] Arousal,
    double?[] PurchaseIntent,
    double?[] Frustration,
    double? ScoresMoved,
    int NewAmongTen,
    double? ShownAfterMs);

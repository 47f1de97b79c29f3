namespace Personalization.Domain.Ingestion;

/// <summary>What became of one item of a recommendation.</summary>
/// <param name="DecisionId">The decision whose slate held the item.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Position">The slot it was shown in, from 1; 0 when the caller does not say.</param>
/// <param name="Revenue">For a purchase or return: the money, total; 0 otherwise.</param>
/// <param name="Margin">What of the money the shop keeps; null when the caller does not say.</param>
/// <param name="Currency">ISO 4217 code; empty when there is no money in it.</param>
/// <remarks>The item is the event's product.</remarks>
public sealed record RecommendationOutcomePayload(
    string DecisionId, OutcomeKind Outcome, int Position, decimal Revenue, decimal? Margin, string Currency) : EventPayload
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.RecommendationOutcome;
}

/// <summary>What became of a recommended item. Stored as a number: never reuse or renumber a value.</summary>
public enum OutcomeKind : byte
{
    /// <summary>It was seen.</summary>
    Impression = 1,
    /// <summary>It was clicked.</summary>
    Click = 2,
    /// <summary>It was put into the cart.</summary>
    AddToCart = 3,
    /// <summary>It was bought.</summary>
    Purchase = 4,
    /// <summary>It was sent back.</summary>
    Return = 5,
    /// <summary>It was dismissed.</summary>
    Dismiss = 6,
}

/// <summary>What became of an intervention.</summary>
/// <param name="DecisionId">The decision.</param>
/// <param name="Shown">Whether the shopper saw it.</param>
/// <param name="Accepted">Whether the shopper took it up.</param>
/// <param name="Converted">Whether the shopper bought after it.</param>
/// <param name="Revenue">The money, total; 0 without a purchase.</param>
/// <param name="Margin">What of the money the shop keeps, before the intervention's cost; null when the caller does not say.</param>
/// <param name="Cost">What the intervention cost; 0 when nothing.</param>
/// <param name="Currency">ISO 4217 code; empty when there is no money in it.</param>
public sealed record InterventionOutcomePayload(
    string DecisionId, bool Shown, bool Accepted, bool Converted, decimal Revenue, decimal? Margin, decimal Cost, string Currency) : EventPayload
{
    /// <inheritdoc/>
    public override PayloadKind Kind => PayloadKind.InterventionOutcome;
}

using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Products;

/// <summary>
/// One interaction, whichever way it was reported. A shop reports each interaction once: as the outcome of a recommendation
/// when it came from one, else as behaviour. Either way it counts in full.
/// </summary>
/// <param name="Kind">What happened.</param>
/// <param name="Count">How often within the event, 1 to <see cref="MaxCount"/>.</param>
/// <param name="Dwell">How long it lasted; zero when unknown.</param>
/// <param name="Revenue">Money that changed hands, total; 0 when none.</param>
/// <param name="Currency">ISO 4217; empty when there is no money in it.</param>
public readonly record struct Interaction(InteractionKind Kind, int Count, TimeSpan Dwell, decimal Revenue, string Currency)
{
    /// <summary>How many kinds there are.</summary>
    public const int Kinds = 14;

    /// <summary>More than this within one event counts as this: no single event may drown the others.</summary>
    public const int MaxCount = 100;

    /// <summary>Reads the interaction out of a payload.</summary>
    /// <returns>False when the payload is none: words, a face, an intervention's outcome, the engine's own records.</returns>
    public static bool TryRead(EventPayload payload, out Interaction interaction)
    {
        switch (payload)
        {
            case BehaviourPayload done:
                interaction = new Interaction(
                    (InteractionKind)done.Action, Math.Clamp(done.Count, 1, MaxCount),
                    TimeSpan.FromMilliseconds(Math.Max(0, done.DwellMs)), done.Revenue, done.Currency);
                return true;
            case RecommendationOutcomePayload outcome:
                interaction = new Interaction(KindOf(outcome.Outcome), 1, TimeSpan.Zero, outcome.Revenue, outcome.Currency);
                return true;
            default:
                interaction = default;
                return false;
        }
    }

    private static InteractionKind KindOf(OutcomeKind outcome) => outcome switch
    {
        OutcomeKind.Impression => InteractionKind.Impression,
        OutcomeKind.Click => InteractionKind.Click,
        OutcomeKind.AddToCart => InteractionKind.AddToCart,
        OutcomeKind.Purchase => InteractionKind.Purchase,
        OutcomeKind.Return => InteractionKind.Return,
        OutcomeKind.Dismiss => InteractionKind.Dismiss,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
    };
}

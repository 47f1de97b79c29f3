using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Interventions;

/// <summary>The situation that is decided about.</summary>
public readonly record struct InterventionRequest
{
    /// <summary>Who.</summary>
    public required UserKey User { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Where the shopper is.</summary>
    public required Touchpoint Touchpoint { get; init; }

    /// <summary>What the cart is worth, not negative, in its currency.</summary>
    public required double CartValue { get; init; }

    /// <summary>What of <see cref="CartValue"/> the shop would keep.</summary>
    public required double CartMargin { get; init; }

    /// <summary>How torn the shopper is, [0, 1].</summary>
    public required double Hesitation { get; init; }

    /// <summary>How the shopper feels in this session, [−1, 1].</summary>
    public required double Valence { get; init; }

    /// <summary>How likely a purchase is in this session if nothing is done, [0, 1]; null when that is not known.</summary>
    public double? Intent { get; init; }

    /// <summary>How much gets in the shopper's way, [0, 1].</summary>
    public double Frustration { get; init; }

    /// <summary>How sure the profile is, [0, 1].</summary>
    public required double Confidence { get; init; }

    /// <summary>Whether the shopper has agreed to offers.</summary>
    public required bool MayBeOffered { get; init; }

    /// <summary>Bit i is set when the caller can do the action of index i (<see cref="InterventionActions.Index"/>).</summary>
    public required byte AllowedActions { get; init; }

    /// <summary>Chooses among the probabilities: uniform, and different for every decision.</summary>
    public required ulong Seed { get; init; }

    /// <summary>All actions allowed.</summary>
    public const byte AllActions = (1 << InterventionActions.Count) - 1;

    /// <summary>The context that the request is in.</summary>
    public InterventionContext Context => InterventionContext.Of(Hesitation, Valence, Touchpoint == Touchpoint.Checkout);
}

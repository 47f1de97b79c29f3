namespace Personalization.Domain.Interventions;

/// <summary>
/// The situations between which conversion is told apart: how torn the shopper is, how they feel, and whether they stand at
/// the checkout. Few enough that each has numbers to speak of; a number of its own so that it can be stored.
/// </summary>
public readonly record struct InterventionContext
{
    /// <summary>How many contexts there are.</summary>
    public const int Count = 18;

    private const double Torn = 0.55;
    private const double Settled = 0.30;
    private const double Mood = 0.12;

    private InterventionContext(byte number) => Number = number;

    /// <summary>Its number, [0, <see cref="Count"/>). Stored: never renumber.</summary>
    public byte Number { get; }

    /// <summary>The context of a shopper.</summary>
    /// <param name="hesitation">[0, 1].</param>
    /// <param name="valence">Of this session, [−1, 1].</param>
    /// <param name="atCheckout">Whether the shopper has gone to the checkout.</param>
    public static InterventionContext Of(double hesitation, double valence, bool atCheckout)
    {
        var torn = hesitation >= Torn ? 2 : hesitation >= Settled ? 1 : 0;
        var mood = valence <= -Mood ? 0 : valence >= Mood ? 2 : 1;
        return new InterventionContext((byte)((((torn * 3) + mood) * 2) + (atCheckout ? 1 : 0)));
    }

    /// <summary>A context by its number.</summary>
    /// <exception cref="FormatException">There is no such context.</exception>
    public static InterventionContext OfNumber(int number) =>
        number is >= 0 and < Count ? new InterventionContext((byte)number) : throw new FormatException($"There is no context {number}.");
}

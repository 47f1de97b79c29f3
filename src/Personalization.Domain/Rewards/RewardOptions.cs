using System.Collections.Immutable;

namespace Personalization.Domain.Rewards;

/// <summary>What outcomes are worth, and how long they are waited for.</summary>
public sealed record RewardOptions
{
    /// <summary>How many components there are.</summary>
    public const int ComponentCount = 6;

    /// <summary>One term per <see cref="RewardComponent"/>, in order.</summary>
    public ImmutableArray<RewardTerm> Terms { get; init; } =
    [
        new(1f, RewardAggregation.First),
        new(0.5f, RewardAggregation.First),
        new(0.05f, RewardAggregation.Sum),
        new(-0.05f, RewardAggregation.Sum),
        new(-0.5f, RewardAggregation.First),
        new(0.1f, RewardAggregation.Last),
    ];

    /// <summary>No reward is below this …</summary>
    public float MinReward { get; init; } = -1;

    /// <summary>… or above this: one large purchase must not drown everything else.</summary>
    public float MaxReward { get; init; } = 3;

    /// <summary>After how long an item that was seen and not clicked is learned as 0: 1 second to 7 days.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long after the window outcomes still amend what was learned: up to 90 days.</summary>
    public TimeSpan AmendFor { get; init; } = TimeSpan.FromDays(14);

    /// <summary>
    /// How many decisions of one shopper are held, 1 to 256: the oldest makes room for a new one. Some half a kilobyte each.
    /// </summary>
    public int Capacity { get; init; } = 32;

    /// <summary>
    /// How many of those may be decisions of which nothing was seen yet, 1 to 256 (with <see cref="RequireImpression"/>): the oldest of
    /// them makes room for a new one, so that slates which nobody looks at, as a watch makes them, push out none that somebody saw.
    /// </summary>
    public int UnseenCapacity { get; init; } = 12;

    /// <summary>
    /// True: an item that nobody said was seen teaches nothing. False, for callers that report no impressions: every item of a
    /// slate is taken as seen.
    /// </summary>
    public bool RequireImpression { get; init; } = true;

    /// <summary>The share of the revenue taken as margin when the caller does not say, [0, 1].</summary>
    public double DefaultMarginRate { get; init; } = Products.ProductFacts.DefaultMarginRate;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(Terms.Length == ComponentCount, $"{nameof(Terms)}.Length", Terms.Length, $"{ComponentCount}, one per component");
        foreach (var term in Terms)
        {
            Require(float.IsFinite(term.Weight), $"{nameof(Terms)}.Weight", term.Weight, "a finite number");
        }

        Require(float.IsFinite(MinReward) && MinReward <= 0, nameof(MinReward), MinReward, "a finite number up to 0");
        Require(float.IsFinite(MaxReward) && MaxReward > 0, nameof(MaxReward), MaxReward, "a finite number above 0");
        Require(Window >= TimeSpan.FromSeconds(1) && Window <= TimeSpan.FromDays(7), nameof(Window), Window, "1 second to 7 days");
        Require(AmendFor >= TimeSpan.Zero && AmendFor <= TimeSpan.FromDays(90), nameof(AmendFor), AmendFor, "0 to 90 days");
        Require(Capacity is >= 1 and <= 256, nameof(Capacity), Capacity, "1 to 256");
        Require(UnseenCapacity is >= 1 and <= 256, nameof(UnseenCapacity), UnseenCapacity, "1 to 256");
        Require(DefaultMarginRate is >= 0 and <= 1, nameof(DefaultMarginRate), DefaultMarginRate, "0 to 1");
    }

    private static void Require(bool holds, string field, object value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{field}: is {value}; allowed: {allowed}.", field);
        }
    }
}

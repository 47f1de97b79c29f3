using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// A shopper turned to a product: what co-visitation and popularity learn from. The shopper's own state adds what was
/// looked at before.
/// </summary>
public sealed record Visit
{
    /// <summary>The most products before that are of use.</summary>
    public const int MaxBefore = 10;

    /// <summary>The offset of the event in its partition.</summary>
    public required long Offset { get; init; }

    /// <summary>When, in UTC ticks.</summary>
    public required long Ticks { get; init; }

    /// <summary>The product.</summary>
    public required string ItemId { get; init; }

    /// <summary>The products before it, newest first, without repeats and without the product itself; up to <see cref="MaxBefore"/> count.</summary>
    public ImmutableArray<string> Before { get; init; } = [];

    /// <summary>How much it says, (0, 10]: 1 for a view or click, more for what costs more.</summary>
    public float Weight { get; init; } = 1;

    /// <summary>For a purchase: how long after the shopper's last one of the same product; zero for a first one, and for what is none.</summary>
    public TimeSpan SinceBought { get; init; }

    /// <summary>Whether it was bought.</summary>
    public bool IsPurchase { get; init; }

    /// <summary>The shopper's segment at the time.</summary>
    public ShopperSegment Segment { get; init; }
}

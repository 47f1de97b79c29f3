using System.Collections.Immutable;

namespace Personalization.Domain.Recommendations;

/// <summary>Which products may be shown. All conditions hold together.</summary>
public sealed record ItemFilter
{
    /// <summary>Everything that is in stock.</summary>
    public static ItemFilter Default { get; } = new();

    /// <summary>Any of these; empty for all.</summary>
    public ImmutableArray<string> Brands { get; init; } = [];

    /// <summary>Any of these or below, names from the root joined by a slash; empty for all.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>Not below; null for no bound.</summary>
    public double? MinPrice { get; init; }

    /// <summary>Not above; null for no bound.</summary>
    public double? MaxPrice { get; init; }

    /// <summary>Only what can be bought now.</summary>
    public bool InStockOnly { get; init; } = true;
}

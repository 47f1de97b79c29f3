using System.Collections.Immutable;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Products;

/// <summary>What shoppers feel about a product and do with it, as of a moment. Immutable.</summary>
public sealed record ProductSentimentSummary
{
    /// <summary>The moment: the one asked for, or the newest event if that is later.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The aggregate's revision.</summary>
    public required long Revision { get; init; }

    /// <summary>Mean valence, [−1, 1], shrunk toward what is usual while little is known.</summary>
    public required GaussianEstimate Valence { get; init; }

    /// <summary>The same without shrinkage, for learning what is usual; null while nothing is known.</summary>
    public required GaussianEstimate? Raw { get; init; }

    /// <summary>Mean arousal, [−1, 1], shrunk toward 0.</summary>
    public required GaussianEstimate Arousal { get; init; }

    /// <summary>How many sure readings the valence is worth, decayed.</summary>
    public required double Weight { get; init; }

    /// <summary>Readings that said something, ever.</summary>
    public required long Observations { get; init; }

    /// <summary>How far shoppers' feelings stray from the mean, as a standard deviation: large for what divides them.</summary>
    public required double Dispersion { get; init; }

    /// <summary>Mean valence lately, shrunk toward <see cref="Valence"/>.</summary>
    public required GaussianEstimate Recent { get; init; }

    /// <summary>Change of valence, lately against the longer run.</summary>
    public required double Trend { get; init; }

    /// <summary>By aspect, those that were spoken of, shrunk toward the product's mean. Numbers are <see cref="ProductAspect"/>.</summary>
    public required ImmutableArray<SentimentSlice> ByAspect { get; init; }

    /// <summary>By channel; numbers are <see cref="Ingestion.Channel"/>.</summary>
    public required ImmutableArray<SentimentSlice> ByChannel { get; init; }

    /// <summary>By touchpoint; numbers are <see cref="Ingestion.Touchpoint"/>.</summary>
    public required ImmutableArray<SentimentSlice> ByTouchpoint { get; init; }

    /// <summary>How often each <see cref="InteractionKind"/> happened, ever, by its number; cart changes, purchases and returns in units.</summary>
    public required ImmutableArray<long> Totals { get; init; }

    /// <summary>Money in the reporting currency, purchases less returns, ever.</summary>
    public required decimal Revenue { get; init; }

    /// <summary>Purchases and returns in another currency, which <see cref="Revenue"/> lacks.</summary>
    public required long OtherCurrencyCount { get; init; }

    /// <summary>Decayed interest in units of a view: what is done to get the product weighs more. Not negative.</summary>
    public required double Popularity { get; init; }

    /// <summary>log₂ of interest lately over the longer run's: 0 as usual, 1 twice as much.</summary>
    public required double Momentum { get; init; }

    /// <summary>The newest event; null when there is none.</summary>
    public required DateTimeOffset? LastEventAt { get; init; }

    /// <summary>How often something happened, ever.</summary>
    public long TotalOf(InteractionKind kind) => Totals[(int)kind];
}

/// <summary>A part of a product's sentiment.</summary>
/// <param name="Name">The aspect (<c>texture</c>), or the name of the channel or touchpoint.</param>
/// <param name="Number">Its number in its enum.</param>
/// <param name="Valence">Mean valence, shrunk toward the product's.</param>
/// <param name="Weight">How many sure readings it is worth, decayed.</param>
public readonly record struct SentimentSlice(string Name, int Number, GaussianEstimate Valence, double Weight);

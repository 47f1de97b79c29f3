using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Domain.Products;

/// <summary>What one event adds to one product: made by <see cref="ProductModel.TryRead"/>, summed by <see cref="ProductDelta"/>.</summary>
public readonly record struct ProductContribution
{
    /// <summary>When it happened, in UTC ticks, never later than it was received.</summary>
    internal long Ticks { get; init; }

    /// <summary>Through what.</summary>
    internal Channel Channel { get; init; }

    /// <summary>Where.</summary>
    internal Touchpoint Touchpoint { get; init; }

    /// <summary>[−1, 1].</summary>
    internal double Valence { get; init; }

    /// <summary>What the valence weighs against a sure reading, [0, 1); 0 for none.</summary>
    internal double ValenceWeight { get; init; }

    /// <summary>[−1, 1].</summary>
    internal double Arousal { get; init; }

    /// <summary>What the arousal weighs, [0, 1); 0 for none.</summary>
    internal double ArousalWeight { get; init; }

    /// <summary>Feelings about aspects; their confidence stands for their weight, in [0, 1).</summary>
    internal ImmutableArray<AspectSentiment> Aspects { get; init; }

    /// <summary>What was done with it; null for nothing.</summary>
    internal Interaction? Interaction { get; init; }

    /// <summary>Money in the reporting currency: positive for a purchase, negative for a return.</summary>
    internal decimal Revenue { get; init; }

    /// <summary>Whether there was money in another currency.</summary>
    internal bool OtherCurrency { get; init; }
}

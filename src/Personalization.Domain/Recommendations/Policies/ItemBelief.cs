namespace Personalization.Domain.Recommendations.Policies;

/// <summary>What is believed of an item beyond what all items share.</summary>
/// <param name="weights">The mean of its weights; empty for zeros.</param>
/// <param name="evidence">How many looks at itself that rests on.</param>
internal readonly ref struct ItemBelief(ReadOnlySpan<float> weights, float evidence)
{
    /// <summary>The mean of its weights; empty for zeros.</summary>
    public ReadOnlySpan<float> Weights { get; } = weights;

    /// <summary>How many looks at itself that rests on; what others have learned does not count.</summary>
    public float Evidence { get; } = evidence;

    /// <summary>What an item has learned itself.</summary>
    public static ItemBelief Of(ItemWeights? own) => own is null ? default : new(own.Weights.AsSpan(), own.Evidence);
}

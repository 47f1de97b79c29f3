using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Features;

/// <summary>
/// What a caller says of the situation, by names of the caller's own (the weather, the device, the campaign), as a few numbers
/// that a policy can learn from.
/// </summary>
/// <remarks>
/// The hashing trick (Weinberger, Dasgupta, Langford, Smola, Attenberg: "Feature hashing for large scale multitask learning",
/// ICML 2009): an entry adds its value, with a sign, to one of <see cref="Count"/> numbers; place and sign follow from its name,
/// and for text from its value as well. Entries that share a place are told apart by sign only, so a handful of entries say
/// more than many. Text counts 1; truth 1 or −1; a number ±log(1+|x|)/8, at most 1, so that differences count in proportion.
/// </remarks>
/// <param name="Packed">The numbers, a byte of the <see cref="FeatureGrid"/> each, the first lowest.</param>
public readonly record struct ContextFeatures(uint Packed)
{
    /// <summary>How many numbers there are.</summary>
    public const int Count = 4;

    private const ulong Salt = 0xC0_17E7;
    private const double LogScale = 8;

    /// <summary>The numbers of a context. The order of its entries does not matter.</summary>
    public static ContextFeatures Of(ReadOnlySpan<KeyValuePair<string, ContextValue>> context)
    {
        Span<int> steps = stackalloc int[Count];
        steps.Clear();
        foreach (var (key, value) in context)
        {
            var hash = StableHash.Of(key, Salt);
            hash = value.Kind == ContextValueKind.Text ? StableHash.Of(value.Text, hash) : hash;
            var amount = (int)Math.Round(StrengthOf(value) * FeatureGrid.Steps);
            steps[(int)(hash & (Count - 1))] += (hash & Count) == 0 ? amount : -amount;
        }

        var packed = 0u;
        for (var i = Count - 1; i >= 0; i--)
        {
            packed = (packed << 8) | (byte)(sbyte)Math.Clamp(steps[i], -FeatureGrid.Steps, FeatureGrid.Steps);
        }

        return new ContextFeatures(packed);
    }

    /// <summary>Writes the numbers, each in [−1, 1] and on the grid.</summary>
    public void CopyTo(Span<float> features)
    {
        for (var i = 0; i < Count; i++)
        {
            features[i] = FeatureGrid.Unpack((sbyte)(byte)(Packed >> (8 * i)));
        }
    }

    private static double StrengthOf(ContextValue value) => value.Kind switch
    {
        ContextValueKind.Text => 1,
        ContextValueKind.Boolean => (2 * value.Number) - 1,
        _ => Math.CopySign(Math.Min(1, Math.Log(1 + Math.Abs(value.Number)) / LogScale), value.Number),
    };
}

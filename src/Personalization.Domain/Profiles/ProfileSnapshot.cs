using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Domain.Profiles;

/// <summary>A picture of a profile as of a moment. Immutable.</summary>
public sealed class ProfileSnapshot
{
    /// <summary>Whose it is.</summary>
    public required UserKey User { get; init; }

    /// <summary>The last offset that had been applied.</summary>
    public required long LastOffset { get; init; }

    /// <summary>The numbers.</summary>
    public required ProfileReading Reading { get; init; }

    /// <summary>The feature vector, in the order of <see cref="ProfileFeature"/>.</summary>
    public required ImmutableArray<float> Features { get; init; }

    /// <summary>Affinities to categories, strongest (of either sign) first.</summary>
    public required ImmutableArray<FacetAffinity> Categories { get; init; }

    /// <summary>Affinities to brands, strongest first.</summary>
    public required ImmutableArray<FacetAffinity> Brands { get; init; }

    /// <summary>Affinities to attributes, strongest first.</summary>
    public required ImmutableArray<FacetAffinity> Attributes { get; init; }

    /// <summary>What the profile rests on, by modality.</summary>
    public required ImmutableArray<SourceShare> Sources { get; init; }

    /// <summary>Products looked at, newest first.</summary>
    public required ImmutableArray<ProductAt> Viewed { get; init; }

    /// <summary>Products in the cart, newest first.</summary>
    public required ImmutableArray<ProductAt> InCart { get; init; }

    /// <summary>Products bought and kept, newest first.</summary>
    public required ImmutableArray<ProductAt> Purchased { get; init; }

    /// <summary>Products dismissed, newest first.</summary>
    public required ImmutableArray<ProductAt> Dismissed { get; init; }

    /// <summary>Products shown, newest first, whatever came of it.</summary>
    public ImmutableArray<ShownProduct> Shown { get; init; } = [];

    /// <summary>What has visibly changed since another picture of the same profile: what a watch pushes on.</summary>
    /// <param name="earlier">The other picture.</param>
    /// <param name="tolerance">A number that moved by no more than this has not moved.</param>
    public ProfileChange ChangeSince(ProfileSnapshot earlier, double tolerance = 0.01)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        var (now, then) = (Reading, earlier.Reading);
        var change = now.EventCount == then.EventCount ? ProfileChange.None : ProfileChange.Counts;
        change |= Moved(now.ShortTerm, then.ShortTerm) || Moved(now.LongTerm, then.LongTerm) ? ProfileChange.Mood : 0;
        change |= MovedEmotions(now.Emotions, then.Emotions) ? ProfileChange.Emotions : 0;
        change |= Far(now.Intent, then.Intent) || Far(now.Hesitation, then.Hesitation) || Far(now.Fatigue, then.Fatigue)
            ? ProfileChange.Signals
            : 0;
        change |= Far(now.PriceSensitivity, then.PriceSensitivity) ? ProfileChange.PriceSensitivity : 0;
        change |= MovedAffinities(Categories, earlier.Categories) || MovedAffinities(Brands, earlier.Brands)
            || MovedAffinities(Attributes, earlier.Attributes) ? ProfileChange.Affinities : 0;
        return SameProducts(earlier) ? change : change | ProfileChange.Products;

        bool Far(double a, double b) => Math.Abs(a - b) > tolerance;

        bool Moved(Mood a, Mood b) =>
            Far(a.Valence.Mean, b.Valence.Mean) || Far(a.Arousal.Mean, b.Arousal.Mean)
            || Far(a.Valence.StandardDeviation, b.Valence.StandardDeviation) || Far(a.Arousal.StandardDeviation, b.Arousal.StandardDeviation);

        bool MovedEmotions(EmotionDistribution a, EmotionDistribution b)
        {
            var moved = false;
            for (var i = 0; i < EmotionDistribution.Count; i++)
            {
                moved |= Far(a[i], b[i]);
            }

            return moved;
        }

        bool MovedAffinities(ImmutableArray<FacetAffinity> a, ImmutableArray<FacetAffinity> b)
        {
            // What has faded out altogether was near 0 before: only what stands now need be looked for.
            var known = b.ToDictionary(static f => f.Hash, static f => f.Mean);
            return a.Any(f => Far(f.Mean, known.GetValueOrDefault(f.Hash))) || known.Count(p => Far(p.Value, 0)) > a.Count(f => Far(f.Mean, 0));
        }
    }

    private bool SameProducts(ProfileSnapshot other) =>
        Viewed.AsSpan().SequenceEqual(other.Viewed.AsSpan())
        && InCart.AsSpan().SequenceEqual(other.InCart.AsSpan())
        && Purchased.AsSpan().SequenceEqual(other.Purchased.AsSpan())
        && Dismissed.AsSpan().SequenceEqual(other.Dismissed.AsSpan());
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Domain.Scoring;

namespace Personalization.Domain.Profiles;

// What a profile says. Nothing here changes it, and only what gives arrays away allocates.
public sealed partial class UserProfile
{
    /// <summary>How long after a purchase <see cref="ProfileFeature.PurchaseRecency"/> is 1/e, in days.</summary>
    private const double PurchaseRecencyDays = 7;

    /// <summary>Emotion weight at which the neutral prior and the evidence are even.</summary>
    private const double NeutralPrior = 0.25;

    /// <summary>How many times within their time constant the affinities of pictures are worked out anew.</summary>
    private const int ListStepsPerTimeConstant = 1000;

    private BehaviourEvidence? Behaviour => _evidence[(int)Modality.Behaviour]?.Behaviour;

    /// <summary>Works out what the profile says as of a moment.</summary>
    /// <param name="asOf">The moment; one before the newest event is taken as that event's.</param>
    public ProfileReading Read(DateTimeOffset asOf)
    {
        var ticks = ReadingTicks(asOf);
        var (shortTerm, longTerm, contradiction) = Estimate(ticks);
        var sessionWorth = _session.Worth(ticks);
        var tasteWorth = _tastes.Worth(ticks);
        var window = Behaviour?.ReadWindow(sessionWorth, ticks) ?? default;
        var recent = window.Counts;
        var (priceSensitivity, priceConfidence) = Behaviour?.Prices.Estimate(tasteWorth) ?? (0.5, 0);
        return new ProfileReading
        {
            AsOf = new DateTimeOffset(ticks, TimeSpan.Zero),
            ShortTerm = shortTerm,
            LongTerm = longTerm,
            Emotions = ReadEmotions(sessionWorth),
            Contradiction = contradiction,
            Confidence = 1 - (shortTerm.Valence.Variance / _model.ShortPriorVariance),
            LongConfidence = 1 - (longTerm.Valence.Variance / _model.LongPriorVariance),
            Intent = ShoppingSignals.Intent(recent),
            Hesitation = ShoppingSignals.Hesitation(in window),
            Frustration = ShoppingSignals.Frustration(in window),
            Fatigue = ShoppingSignals.Fatigue(recent),
            PriceSensitivity = priceSensitivity,
            PriceConfidence = priceConfidence,
            ReturnRate = Behaviour?.ReturnRate(tasteWorth) ?? 0,
            RecentEvents = Sum(static e => e.RecentEvents) * sessionWorth,
            EventCount = EventCount,
            Explicitness = ReadExplicitness(),
            CartSize = window.CartSize,
            LastPurchaseAt = Moment(Behaviour?.Purchased.NewestHeld() ?? long.MinValue),
            LastEventAt = LastEventAt,
        };
    }

    /// <summary>What the shopper has been doing of late; null when nothing is known of what the shopper does.</summary>
    /// <param name="asOf">As of <see cref="Read"/>.</param>
    public SessionWindow? ReadWindow(DateTimeOffset asOf)
    {
        var ticks = ReadingTicks(asOf);
        return Behaviour?.ReadWindow(_session.Worth(ticks), ticks);
    }

    /// <summary>Writes the feature vector as of a moment.</summary>
    /// <param name="asOf">As of <see cref="Read"/>.</param>
    /// <param name="anonymous">Whether the shopper is a visitor who has not signed in.</param>
    /// <param name="features">Gets <see cref="ProfileFeatures.Count"/> numbers in the order of <see cref="ProfileFeature"/>, each in its stated range.</param>
    /// <returns>The reading that they were made of.</returns>
    public ProfileReading ReadFeatures(DateTimeOffset asOf, bool anonymous, Span<float> features)
    {
        var reading = Read(asOf);
        WriteFeatures(in reading, anonymous, features);
        return reading;
    }

    /// <summary>Works out how drawn the shopper is to facets of a kind, from all modalities together; in no particular order.</summary>
    /// <param name="kind">Which facets.</param>
    /// <param name="asOf">As of <see cref="Read"/>.</param>
    /// <param name="affinities">Gets the affinities; those that do not fit are left out.</param>
    /// <returns>How many were written.</returns>
    public int ReadAffinities(FacetKind kind, DateTimeOffset asOf, Span<FacetAffinity> affinities)
    {
        var worth = _tastes.Worth(ReadingTicks(asOf));
        var written = 0;
        for (var m = 0; m < Modalities.Count && written < affinities.Length; m++)
        {
            var facets = FacetsOf(m, kind);
            for (var i = 0; i < facets.Length && written < affinities.Length; i++)
            {
                if (!IsIn(kind, facets[i].Hash, before: m))
                {
                    affinities[written] = Fuse(kind, facets[i].Hash, facets[i].Name, m, worth);
                    written += affinities[written].Weight > MinAffinityWeight ? 1 : 0;
                }
            }
        }

        return written;
    }

    /// <summary>How drawn the shopper is to one facet, [−1, 1]; 0 when nothing is known of it.</summary>
    public float ReadAffinity(in FacetKey facet, DateTimeOffset asOf)
    {
        var worth = _tastes.Worth(ReadingTicks(asOf));
        return Fuse(facet.Kind, facet.Hash, facet.Name, 0, worth).Mean;
    }

    /// <summary>Products looked at, newest first.</summary>
    public ImmutableArray<ProductAt> Viewed => Behaviour?.Viewed.Held() ?? [];

    /// <summary>Products bought and kept, newest first.</summary>
    public ImmutableArray<ProductAt> Purchased => Behaviour?.Purchased.Held() ?? [];

    /// <summary>How often something was done, ever.</summary>
    public long CountOf(InteractionKind kind) => Behaviour?.Totals[(int)kind] ?? 0;

    /// <summary>Takes a picture of everything as of a moment, to be read by anybody at any time.</summary>
    /// <remarks>
    /// Affinities fade over weeks: in a picture they are as of the next full thousandth of their time constant, so that
    /// pictures between which nothing happened tell the same. <see cref="ReadAffinities"/> tells them to the moment.
    /// </remarks>
    public ProfileSnapshot Snapshot(UserKey user, DateTimeOffset asOf)
    {
        var features = new float[ProfileFeatures.Count];
        var reading = ReadFeatures(asOf, user.IsAnonymous, features);
        var listed = ListingMoment(asOf);
        var doings = Behaviour;
        return new ProfileSnapshot
        {
            User = user,
            LastOffset = LastOffset,
            Reading = reading,
            Features = ImmutableCollectionsMarshal.AsImmutableArray(features),
            Categories = AllAffinities(FacetKind.Category, listed),
            Brands = AllAffinities(FacetKind.Brand, listed),
            Attributes = AllAffinities(FacetKind.Attribute, listed),
            Sources = AllSources(),
            Viewed = Viewed,
            InCart = doings?.Cart.Held() ?? [],
            Purchased = Purchased,
            Dismissed = doings?.Dismissed.Held() ?? [],
            Shown = doings?.Shown.ToImmutable() ?? [],
        };
    }

    /// <summary>Grows whenever something changes that a picture tells; starts anew with each instance.</summary>
    public long Revision { get; private set; }

    /// <summary>What pictures said so far is not what the next one says.</summary>
    private void Revise() => Revision++;

    /// <summary>The moment that a picture's affinities are as of.</summary>
    private DateTimeOffset ListingMoment(DateTimeOffset asOf)
    {
        var step = _model.Options.AffinityTimeConstant.Ticks / ListStepsPerTimeConstant;
        return new DateTimeOffset(
            Math.Min(DateTimeOffset.MaxValue.UtcTicks, ((ReadingTicks(asOf) + step - 1) / step) * step), TimeSpan.Zero);
    }

    private (Mood Short, Mood Long, double Contradiction) Estimate(long ticks)
    {
        var shortRun = default(HistoryByModality);
        var longRun = default(HistoryByModality);
        for (var m = 0; m < Modalities.Count; m++)
        {
            if (_evidence[m] is { } evidence)
            {
                (shortRun[m], longRun[m]) = (evidence.Short, evidence.Long);
            }
        }

        return _model.Estimate(shortRun, longRun, ticks);
    }

    private ReadOnlySpan<AffinityTable.Entry> FacetsOf(int modality, FacetKind kind) =>
        _evidence[modality] is { } evidence ? evidence.Affinities.Of(kind) : [];

    private static void WriteFeatures(in ProfileReading reading, bool anonymous, Span<float> features)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features.Length, ProfileFeatures.Count, nameof(features));
        var f = features[..ProfileFeatures.Count];
        f[(int)ProfileFeature.Bias] = 1;
        f[(int)ProfileFeature.ShortValence] = (float)reading.ShortTerm.Valence.Mean;
        f[(int)ProfileFeature.ShortArousal] = (float)reading.ShortTerm.Arousal.Mean;
        f[(int)ProfileFeature.ShortConfidence] = (float)reading.Confidence;
        f[(int)ProfileFeature.LongValence] = (float)reading.LongTerm.Valence.Mean;
        f[(int)ProfileFeature.LongArousal] = (float)reading.LongTerm.Arousal.Mean;
        f[(int)ProfileFeature.LongConfidence] = (float)reading.LongConfidence;
        f[(int)ProfileFeature.ValenceShift] = (float)((reading.ShortTerm.Valence.Mean - reading.LongTerm.Valence.Mean) / 2);
        WriteEmotions(reading.Emotions, f);
        f[(int)ProfileFeature.Intent] = (float)reading.Intent;
        f[(int)ProfileFeature.Hesitation] = (float)reading.Hesitation;
        f[(int)ProfileFeature.PriceSensitivity] = (float)reading.PriceSensitivity;
        f[(int)ProfileFeature.PriceConfidence] = (float)reading.PriceConfidence;
        f[(int)ProfileFeature.SessionDepth] = (float)(reading.RecentEvents / (reading.RecentEvents + 10));
        f[(int)ProfileFeature.Newness] = 20f / (20 + reading.EventCount);
        f[(int)ProfileFeature.Anonymous] = anonymous ? 1 : 0;
        f[(int)ProfileFeature.Cart] = reading.CartSize / (reading.CartSize + 2f);
        f[(int)ProfileFeature.PurchaseRecency] = Recency(reading.LastPurchaseAt, reading.AsOf, TimeSpan.FromDays(PurchaseRecencyDays));
        f[(int)ProfileFeature.ReturnRate] = (float)reading.ReturnRate;
        f[(int)ProfileFeature.Fatigue] = (float)reading.Fatigue;
        f[(int)ProfileFeature.Presence] = Recency(reading.LastEventAt, reading.AsOf, TimeSpan.FromMinutes(20));
        f[(int)ProfileFeature.Explicitness] = (float)reading.Explicitness;
        var (sin, cos) = Math.SinCos(2 * Math.PI * reading.AsOf.UtcDateTime.TimeOfDay.TotalDays);
        f[(int)ProfileFeature.TimeOfDaySin] = (float)sin;
        f[(int)ProfileFeature.TimeOfDayCos] = (float)cos;
    }

    private static void WriteEmotions(in EmotionDistribution emotions, Span<float> f)
    {
        f[(int)ProfileFeature.Joy] = emotions[(int)Emotion.Joy];
        f[(int)ProfileFeature.Interest] = emotions[(int)Emotion.Interest] + emotions[(int)Emotion.Surprise];
        f[(int)ProfileFeature.Confusion] = emotions[(int)Emotion.Confusion];
        f[(int)ProfileFeature.Aversion] =
            emotions[(int)Emotion.Anger] + emotions[(int)Emotion.Disgust] + emotions[(int)Emotion.Contempt];
        f[(int)ProfileFeature.Distress] = emotions[(int)Emotion.Sadness] + emotions[(int)Emotion.Fear];
    }

    private static float Recency(DateTimeOffset? at, DateTimeOffset asOf, TimeSpan timeConstant) =>
        at is { } moment ? (float)Math.Exp(-Math.Max(0, (asOf - moment) / timeConstant)) : 0;

    private static DateTimeOffset? Moment(long ticks) => ticks == long.MinValue ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    /// <summary>The emotions of all modalities together, over a prior on neutral; all 0 once next to nothing is left of them.</summary>
    private EmotionDistribution ReadEmotions(double worth)
    {
        var read = default(EmotionDistribution);
        Span<double> sums = stackalloc double[EmotionDistribution.Count];
        sums.Clear();
        var total = 0.0;
        foreach (var evidence in _evidence)
        {
            for (var i = 0; evidence is not null && i < evidence.Emotions.Length; i++)
            {
                var weight = evidence.Emotions[i] * worth;
                sums[i] += weight;
                total += weight;
            }
        }

        if (!(total > 1e-3))
        {
            return read;
        }

        sums[(int)Emotion.Neutral] += NeutralPrior;
        for (var i = 0; i < sums.Length; i++)
        {
            read[i] = (float)(sums[i] / (total + NeutralPrior));
        }

        return read;
    }

    /// <summary>
    /// No reading is of a moment before the newest event. The landmarks are events' times too, and count even when the event
    /// was withdrawn: before them, sums cannot be told.
    /// </summary>
    private long ReadingTicks(DateTimeOffset asOf) =>
        Math.Max(Math.Max(asOf.UtcTicks, NewestTicks()), Math.Max(_session.Landmark, _tastes.Landmark));

    private double ReadExplicitness()
    {
        var all = Sum(static e => e.Information);
        var done = _evidence[(int)Modality.Behaviour]?.Information ?? 0;
        return all > 0 ? Math.Clamp((all - done) / all, 0, 1) : 0;
    }

    private double Sum(Func<ModalityEvidence, double> term)
    {
        var sum = 0.0;
        foreach (var evidence in _evidence)
        {
            sum += evidence is null ? 0 : term(evidence);
        }

        return sum;
    }

    /// <summary>Whether a modality of a lower number has a facet: then it has been dealt with.</summary>
    private bool IsIn(FacetKind kind, ulong hash, int before)
    {
        for (var m = 0; m < before; m++)
        {
            if (_evidence[m]?.Affinities.IndexOf(kind, hash) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private FacetAffinity Fuse(FacetKind kind, ulong hash, string name, int from, double worth)
    {
        double weight = 0, moment = 0;
        for (var m = from; m < Modalities.Count; m++)
        {
            if (_evidence[m]?.Affinities.IndexOf(kind, hash) is >= 0 and var at)
            {
                ref readonly var entry = ref FacetsOf(m, kind)[at];
                weight += entry.Weight;
                moment += entry.Moment;
            }
        }

        weight *= worth;
        var held = weight + _model.Options.AffinityPriorWeight;
        var mean = Math.Clamp(moment * worth / held, -1, 1);
        var deviation = Math.Sqrt((1 - (mean * mean)) / (held + 1));
        return new FacetAffinity(kind, hash, name, (float)mean, (float)deviation, (float)weight);
    }

    private ImmutableArray<FacetAffinity> AllAffinities(FacetKind kind, DateTimeOffset listed)
    {
        var affinities = new FacetAffinity[MostAffinities(kind)];
        return [.. affinities.AsSpan(0, ReadSorted(kind, listed, affinities))];
    }

    /// <summary>How many affinities of a kind there may be.</summary>
    private int MostAffinities(FacetKind kind)
    {
        var most = 0;
        for (var m = 0; m < Modalities.Count; m++)
        {
            most += FacetsOf(m, kind).Length;
        }

        return most;
    }

    private int ReadSorted(FacetKind kind, DateTimeOffset listed, Span<FacetAffinity> affinities)
    {
        var count = ReadAffinities(kind, listed, affinities);

        // Strongest first; the name decides between equals, so that equal profiles have equal snapshots.
        affinities[..count].Sort(static (a, b) =>
            Math.Abs(b.Mean).CompareTo(Math.Abs(a.Mean)) is not 0 and var byStrength ? byStrength : string.CompareOrdinal(a.Name, b.Name));
        return count;
    }

    private ImmutableArray<SourceShare> AllSources()
    {
        var all = Sum(static e => e.Information);
        var sources = ImmutableArray.CreateBuilder<SourceShare>();
        for (var m = 0; m < Modalities.Count; m++)
        {
            if (_evidence[m] is { } evidence)
            {
                var channels = ImmutableArray.CreateBuilder<ChannelCount>();
                for (var c = 0; c < evidence.Channels.Length; c++)
                {
                    if (evidence.Channels[c] > 0)
                    {
                        channels.Add(new ChannelCount((Channel)c, evidence.Channels[c]));
                    }
                }

                var share = all > 0 ? evidence.Information / all : 0;
                sources.Add(new SourceShare((Modality)m, evidence.Events, evidence.Observations, share, channels.ToImmutable()));
            }
        }

        return sources.ToImmutable();
    }

    /// <summary>Reads a picture's affinities of a kind, strongest first, into an array that grows as it must.</summary>
    /// <returns>How many there are.</returns>
    internal int ListAffinities(FacetKind kind, DateTimeOffset asOf, ref FacetAffinity[] affinities)
    {
        Grow(ref affinities, MostAffinities(kind));
        return ReadSorted(kind, ListingMoment(asOf), affinities);
    }

    /// <summary>Reads the products of a list that hold, newest first, into an array that grows as it must.</summary>
    /// <returns>How many there are.</returns>
    internal int ListProducts(ProductList list, ref ProductAt[] products)
    {
        if (Behaviour is not { } doings)
        {
            return 0;
        }

        Grow(ref products, _model.Options.MaxRecentItems);
        return list switch
        {
            ProductList.Viewed => doings.Viewed.Held(products),
            ProductList.Cart => doings.Cart.Held(products),
            ProductList.Purchased => doings.Purchased.Held(products),
            _ => doings.Dismissed.Held(products),
        };
    }

    /// <summary>Reads the products that were shown, newest first, into an array that grows as it must.</summary>
    /// <returns>How many there are.</returns>
    internal int ListShown(ref ShownProduct[] products)
    {
        if (Behaviour is not { } doings)
        {
            return 0;
        }

        Grow(ref products, doings.Shown.Items.Length);
        return doings.Shown.CopyTo(products);
    }

    private static void Grow<T>(ref T[] array, int needed)
    {
        if (array.Length < needed)
        {
            array = new T[needed];
        }
    }
}

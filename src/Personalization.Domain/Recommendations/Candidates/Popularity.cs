using System.Collections.Immutable;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// How much each product is visited, by segment, over days and within the hour, and after how long it is bought again: the
/// state of one owner. Each visit counts exactly once, by partition and offset.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class Popularity
{
    /// <summary>After how long a visit counts half for popularity.</summary>
    public static readonly TimeSpan LongHalfLife = TimeSpan.FromDays(7);

    /// <summary>After how long a visit counts half for what is trending.</summary>
    public static readonly TimeSpan ShortHalfLife = TimeSpan.FromHours(1);

    /// <summary>After how long a purchase counts half for how often and when a product is bought again.</summary>
    public static readonly TimeSpan RhythmHalfLife = TimeSpan.FromDays(180);

    /// <summary>By how much a trend changes before readers are told, where nothing else has changed.</summary>
    public const float TrendGrain = 0.02f;

    private readonly Dictionary<string, Counts> _items = new(StringComparer.Ordinal);

    // Those that readers were told are trending.
    private readonly List<Counts> _trending = [];
    private readonly double[] _totals = new double[ShopperSegments.Count];
    private ForwardDecay _long;
    private ForwardDecay _short;
    private ForwardDecay _rhythm;

    /// <summary>A state that has seen nothing.</summary>
    public Popularity()
        : this(
            new AppliedOffsets(), 0, new ForwardDecay(LongHalfLife / Math.Log(2)), new ForwardDecay(ShortHalfLife / Math.Log(2)),
            new ForwardDecay(RhythmHalfLife / Math.Log(2)))
    {
    }

    internal Popularity(AppliedOffsets offsets, long version, ForwardDecay longRun, ForwardDecay shortRun, ForwardDecay rhythm)
    {
        _rhythm = rhythm;
        Offsets = offsets;
        Version = version;
        _long = longRun;
        _short = shortRun;
    }

    /// <summary>How far into each partition it has counted.</summary>
    public AppliedOffsets Offsets { get; }

    /// <summary>Grows by one with every batch that had something new, and when trends have changed.</summary>
    public long Version { get; private set; }

    internal ForwardDecay LongRun => _long;

    internal ForwardDecay ShortRun => _short;

    internal ForwardDecay Rhythm => _rhythm;

    internal IReadOnlyDictionary<string, Counts> Items => _items;

    /// <summary>Counts what is new in a batch; as <see cref="CoVisitation.Apply"/>.</summary>
    public BatchOutcome Apply(int partition, long after, long through, ReadOnlySpan<Visit> visits)
    {
        var outcome = Offsets.Advance(partition, after, through, out var applied);
        if (outcome != BatchOutcome.AlreadyApplied)
        {
            var counted = false;
            foreach (var visit in visits)
            {
                if (visit.Offset > applied)
                {
                    Count(visit);
                    counted = true;
                }
            }

            Version += counted ? 1 : 0;
        }

        return outcome;
    }

    /// <summary>
    /// The popularity, as of a moment, of products that were visited since some version, or whose trend has changed since by more
    /// than <see cref="TrendGrain"/> or ended.
    /// </summary>
    /// <param name="since">The reader's version; 0 for all products.</param>
    /// <param name="now">The moment.</param>
    public ImmutableArray<KeyValuePair<string, ItemPopularity>> ChangesSince(long since, DateTimeOffset now)
    {
        var worth = _short.Worth(now.UtcTicks);
        FollowTrends(worth, now.UtcTicks);
        if (since >= Version)
        {
            return [];
        }

        var changes = ImmutableArray.CreateBuilder<KeyValuePair<string, ItemPopularity>>();
        foreach (var (id, counts) in _items)
        {
            if (counts.ChangedIn > since)
            {
                var popularity = Read(counts, worth, now.UtcTicks);
                changes.Add(KeyValuePair.Create(id, popularity));
                if (counts.ToldIn != counts.ChangedIn)
                {
                    (counts.ToldIn, counts.ToldTrend) = (counts.ChangedIn, popularity.Trend);
                    NoteTrend(counts);
                }
            }
        }

        return changes.ToImmutable();
    }

    /// <summary>
    /// Time alone ends a trend. One that is no longer what readers were told is a change like others, with a version of its own: every
    /// reader hears of it, however many there are, and none hears of those that are as they were.
    /// </summary>
    private void FollowTrends(double shortWorth, long ticks)
    {
        var (kept, changed) = (0, false);
        for (var i = 0; i < _trending.Count; i++)
        {
            var counts = _trending[i];
            var trend = Trend(counts, shortWorth, ticks);
            if (counts.ToldIn == counts.ChangedIn && (trend > 0 != counts.ToldTrend > 0 || Math.Abs(trend - counts.ToldTrend) > TrendGrain))
            {
                counts.ChangedIn = Version + 1;
                changed = true;
            }

            counts.IsFollowed = trend > 0;
            if (counts.IsFollowed)
            {
                _trending[kept++] = counts;
            }
        }

        _trending.RemoveRange(kept, _trending.Count - kept);
        Version += changed ? 1 : 0;
    }

    private void NoteTrend(Counts counts)
    {
        if (counts.ToldTrend > 0 && !counts.IsFollowed)
        {
            counts.IsFollowed = true;
            _trending.Add(counts);
        }
    }

    internal void Restore(string id, Counts counts)
    {
        _items.Add(id, counts);
        NoteTrend(counts);
        for (var i = 0; i < _totals.Length; i++)
        {
            _totals[i] += counts.Long[i];
        }
    }

    private void Count(Visit visit)
    {
        Rescale(_long.Advance(visit.Ticks), _short.Advance(visit.Ticks), _rhythm.Advance(visit.Ticks));
        if (!_items.TryGetValue(visit.ItemId, out var counts))
        {
            _items.Add(visit.ItemId, counts = new Counts());
        }

        counts.ChangedIn = Version + 1;
        counts.Short += visit.Weight * _short.Weight(visit.Ticks);
        var weight = visit.Weight * _long.Weight(visit.Ticks);
        if (visit.IsPurchase)
        {
            counts.Rhythm += PurchaseRhythm.OfPurchase(visit.SinceBought) * _rhythm.Weight(visit.Ticks);
        }

        Add(ShopperSegment.Everyone);
        if (visit.Segment is not ShopperSegment.Everyone && (int)visit.Segment < ShopperSegments.Count)
        {
            Add(visit.Segment);
        }

        void Add(ShopperSegment segment)
        {
            counts.Long[(int)segment] += weight;
            _totals[(int)segment] += weight;
        }
    }

    private void Rescale(double longRun, double shortRun, double rhythm)
    {
        if (rhythm < 1)
        {
            foreach (var counts in _items.Values)
            {
                counts.Rhythm *= rhythm;
            }
        }

        if (longRun < 1)
        {
            foreach (var counts in _items.Values)
            {
                counts.Long.AsSpan().Scale(longRun);
            }

            _totals.AsSpan().Scale(longRun);
        }

        if (shortRun < 1)
        {
            foreach (var counts in _items.Values)
            {
                counts.Short *= shortRun;
            }
        }
    }

    private ItemPopularity Read(Counts counts, double shortWorth, long ticks)
    {
        var bySegment = ImmutableArray.CreateBuilder<float>(ShopperSegments.Count);
        for (var i = 0; i < ShopperSegments.Count; i++)
        {
            var relative = _totals[i] > 0 ? counts.Long[i] * _items.Count / _totals[i] : 0;
            bySegment.Add((float)(relative / (relative + 3)));
        }

        return new ItemPopularity(bySegment.MoveToImmutable(), Trend(counts, shortWorth, ticks))
        {
            Rhythm = counts.Rhythm * _rhythm.Worth(ticks),
        };
    }

    /// <summary>
    /// How many standard deviations this hour's visits are above what the longer run leads to expect, as z/(z + 3); visits
    /// are taken as a Poisson stream. A product visited at an even rate has visits in ratio of the half-lives.
    /// </summary>
    private float Trend(Counts counts, double shortWorth, long ticks)
    {
        var now = counts.Short * shortWorth;
        var usual = counts.Long[0] * _long.Worth(ticks) * (ShortHalfLife / LongHalfLife);
        var z = (now - usual) / Math.Sqrt(usual + 1);
        return now >= 1 && z > 1 ? (float)(z / (z + 3)) : 0;
    }

    /// <summary>The counts of one product.</summary>
    internal sealed class Counts
    {
        /// <summary>Per segment.</summary>
        public double[] Long { get; } = new double[ShopperSegments.Count];

        public double Short { get; set; }

        /// <summary>After how long it is bought again.</summary>
        public PurchaseRhythm Rhythm { get; set; }

        public long ChangedIn { get; set; }

        /// <summary>The trend that readers were told, …</summary>
        public float ToldTrend { get; set; }

        /// <summary>… with which change.</summary>
        public long ToldIn { get; set; }

        /// <summary>Whether it is among those that are looked at for the end of their trend.</summary>
        public bool IsFollowed { get; set; }
    }
}

/// <summary>Small helpers over spans of numbers.</summary>
internal static class SpanMath
{
    /// <summary>Multiplies every value.</summary>
    public static void Scale(this Span<double> values, double factor)
    {
        foreach (ref var value in values)
        {
            value *= factor;
        }
    }
}

using System.Numerics;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Catalog;

/// <summary>
/// Finds products that are alike (<see cref="ItemContent.Similarity"/>) without comparing all: each is in a few buckets that
/// products like it share, and what shares a bucket is compared exactly. The cost of a question is bounded, however many
/// products there are. Immutable: a change makes a new one that shares all but what changed.
/// </summary>
/// <remarks>
/// Locality-sensitive hashing by the smallest ranks of attributes under random orders, which are the same for two products with
/// the probability of their Jaccard similarity (Broder: "On the resemblance and containment of documents", 1997), alone and in
/// pairs, beside the brand, each within the category; and with the brand in the categories beside it. Within a bucket those nearest in price come first. Changes go into
/// segments that are merged when they are as large as one another (O'Neil, Cheng, Gawlick, O'Neil: "The log-structured
/// merge-tree", 1996): a product is put into buckets some log₂ N times, and a question looks into so many segments.
/// </remarks>
internal sealed class ContentIndex
{
    private const int Singles = 4;
    private const int Pairs = 5;

    /// <summary>With the brand, single attributes in the categories beside.</summary>
    private const int Siblings = 4;

    /// <summary>The brand, single attributes, pairs, and those of siblings.</summary>
    private const int Bands = 1 + Singles + Pairs + Siblings;

    private const int Orders = Singles + (2 * Pairs) + Siblings;
    private const int MostOfBucket = 384;
    private const int NoBucket = -1;

    private static readonly byte[] s_ranks = MakeRanks();

    [ThreadStatic]
    private static ItemMap<byte>? t_seen;

    private readonly Segment[] _segments;

    private ContentIndex(Segment[] segments) => _segments = segments;

    /// <summary>An index of nothing.</summary>
    public static ContentIndex Empty { get; } = new([]);

    /// <summary>How many entries there are, those of products that changed since among them.</summary>
    public int Count => _segments.Sum(static s => s.Items.Length);

    /// <summary>The index with some products put in, as they are now.</summary>
    /// <param name="rows">The products.</param>
    /// <param name="items">New and changed ones, by number; those that are not listed are left out.</param>
    public ContentIndex With(ChunkedColumn<ItemRow> rows, IEnumerable<int> items)
    {
        var added = items.Where(item => IsIndexed(rows, item)).ToArray();
        if (added.Length == 0)
        {
            return this;
        }

        var kept = _segments.Length;
        while (kept > 0 && _segments[kept - 1].Items.Length <= 2 * added.Length)
        {
            added = [.. added.Concat(_segments[--kept].Items.Where(item => IsIndexed(rows, item))).Distinct()];
        }

        return new([.. _segments.AsSpan(0, kept), Segment.Of(rows, added)]);
    }

    /// <summary>The products that are most like one.</summary>
    /// <param name="rows">The products.</param>
    /// <param name="item">The one.</param>
    /// <param name="most">How many.</param>
    /// <param name="best">Receives them with their similarities; empty before.</param>
    public void FindNear(ChunkedColumn<ItemRow> rows, int item, int most, PriorityQueue<int, float> best)
    {
        var content = rows[item].Content;
        var seen = t_seen ??= new ItemMap<byte>();
        seen.Clear();
        seen.Slot(item, out _) = 1;
        Span<ulong> keys = stackalloc ulong[Bands];
        FillKeys(content, keys);
        foreach (var segment in _segments)
        {
            for (var band = 0; band < Bands; band++)
            {
                foreach (var other in segment.Nearest(band, keys[band], content.PriceRank, rows))
                {
                    seen.Slot(other, out var isNew);
                    if (isNew && rows[other].Listed)
                    {
                        Offer(best, other, ItemContent.Similarity(content, rows[other].Content), most);
                    }
                }
            }
        }
    }

    /// <summary>Keeps the largest of what is offered.</summary>
    public static void Offer(PriorityQueue<int, float> best, int item, float similarity, int most)
    {
        if (best.Count < most)
        {
            best.Enqueue(item, similarity);
        }
        else if (best.TryPeek(out _, out var least) && similarity > least)
        {
            best.EnqueueDequeue(item, similarity);
        }
    }

    private static bool IsIndexed(ChunkedColumn<ItemRow> rows, int item) => rows[item].Listed && rows[item].Content.Category >= 0;

    /// <summary>What a product is found by in each band; 0 for a band that says nothing of it.</summary>
    private static void FillKeys(in ItemContent content, Span<ulong> keys)
    {
        Span<byte> smallest = stackalloc byte[Orders];
        smallest.Fill(byte.MaxValue);
        for (var left = content.Attributes; left != 0; left &= left - 1)
        {
            var ranks = s_ranks.AsSpan(BitOperations.TrailingZeroCount(left) * Orders, Orders);
            for (var order = 0; order < Orders; order++)
            {
                smallest[order] = Math.Min(smallest[order], ranks[order]);
            }
        }

        var hasAny = content.Attributes != 0;
        keys[0] = content.Brand < 0 ? 0 : Key(content.Category, 0, (uint)content.Brand);
        for (var i = 0; i < Singles; i++)
        {
            keys[1 + i] = hasAny ? Key(content.Category, 1 + i, smallest[i]) : 0;
        }

        for (var i = 0; i < Pairs; i++)
        {
            var (a, b) = (smallest[Singles + (2 * i)], smallest[Singles + (2 * i) + 1]);
            keys[1 + Singles + i] = hasAny ? Key(content.Category, 1 + Singles + i, ((uint)a << 8) | b) : 0;
        }

        for (var i = 0; i < Siblings; i++)
        {
            var (band, rank) = (1 + Singles + Pairs + i, smallest[Singles + (2 * Pairs) + i]);
            keys[band] = hasAny && content.Brand >= 0 ? Key(content.Parent, band, ((uint)content.Brand << 6) | rank) : 0;
        }
    }

    /// <summary>A well-mixed number that is not 0.</summary>
    private static ulong Key(int category, int band, uint signature) =>
        new SeededRandom(((ulong)(uint)category << 36) ^ ((ulong)band << 32) ^ signature).NextBits() | 1;

    /// <summary>Random orders of the 64 attribute bits: per bit, its rank in each.</summary>
    private static byte[] MakeRanks()
    {
        var random = new SeededRandom(64);
        var ranks = new byte[64 * Orders];
        for (var order = 0; order < Orders; order++)
        {
            var bits = Enumerable.Range(0, 64).ToArray();
            for (var i = 63; i > 0; i--)
            {
                var at = random.NextIndex(i + 1);
                (bits[i], bits[at]) = (bits[at], bits[i]);
            }

            for (var rank = 0; rank < 64; rank++)
            {
                ranks[(bits[rank] * Orders) + order] = (byte)rank;
            }
        }

        return ranks;
    }

    /// <summary>Some products in buckets, one table per band.</summary>
    private sealed class Segment
    {
        private const int PerBucket = 8;

        private readonly int[][] _starts;
        private readonly int[][] _items;
        private readonly int _mask;

        private Segment(int[] items, int mask)
        {
            Items = items;
            _mask = mask;
            (_starts, _items) = (new int[Bands][], new int[Bands][]);
        }

        /// <summary>The products, by price.</summary>
        public int[] Items { get; }

        public static Segment Of(ChunkedColumn<ItemRow> rows, int[] items)
        {
            Array.Sort(items.Select(item => rows[item].Content.PriceRank).ToArray(), items);
            var segment = new Segment(items, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, items.Length / PerBucket)) - 1);
            var keys = new ulong[items.Length * Bands];
            for (var i = 0; i < items.Length; i++)
            {
                FillKeys(rows[items[i]].Content, keys.AsSpan(i * Bands, Bands));
            }

            for (var band = 0; band < Bands; band++)
            {
                segment.Fill(band, keys);
            }

            return segment;
        }

        /// <summary>The products of a bucket, those nearest in price if there are many. Buckets may be shared by several keys.</summary>
        public ReadOnlySpan<int> Nearest(int band, ulong key, float priceRank, ChunkedColumn<ItemRow> rows)
        {
            var bucket = BucketOf(key);
            if (bucket == NoBucket)
            {
                return [];
            }

            var all = _items[band].AsSpan(_starts[band][bucket], _starts[band][bucket + 1] - _starts[band][bucket]);
            if (all.Length <= MostOfBucket)
            {
                return all;
            }

            var (low, high) = (0, all.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = rows[all[middle]].Content.PriceRank < priceRank ? (middle + 1, high) : (low, middle);
            }

            return all.Slice(Math.Clamp(low - (MostOfBucket / 2), 0, all.Length - MostOfBucket), MostOfBucket);
        }

        /// <summary>A counting sort by bucket, which leaves the order by price within each.</summary>
        private void Fill(int band, ulong[] keys)
        {
            var starts = _starts[band] = new int[_mask + 2];
            for (var i = 0; i < Items.Length; i++)
            {
                if (BucketOf(keys[(i * Bands) + band]) is not NoBucket and var bucket)
                {
                    starts[bucket + 1]++;
                }
            }

            for (var bucket = 0; bucket <= _mask; bucket++)
            {
                starts[bucket + 1] += starts[bucket];
            }

            var next = starts.AsSpan(0, _mask + 1).ToArray();
            var items = _items[band] = new int[starts[^1]];
            for (var i = 0; i < Items.Length; i++)
            {
                if (BucketOf(keys[(i * Bands) + band]) is not NoBucket and var bucket)
                {
                    items[next[bucket]++] = Items[i];
                }
            }
        }

        private int BucketOf(ulong key) => key == 0 ? NoBucket : (int)(key >> 33) & _mask;
    }
}

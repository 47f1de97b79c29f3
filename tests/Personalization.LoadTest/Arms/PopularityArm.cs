using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Arms;

/// <summary>
/// Shows what everybody goes for: items by their clicks, carts and purchases so far in all arms, of the page's family where
/// the page has one. It learns from the same behaviour that the engine sees, and is ranked anew every quarter of a second.
/// </summary>
internal sealed class PopularityArm : ISlateSource
{
    /// <summary>What a cart counts for, in clicks.</summary>
    public const int CartWeight = 3;

    /// <summary>What a purchase counts for, in clicks.</summary>
    public const int PurchaseWeight = 8;

    private static readonly TimeSpan RankEvery = TimeSpan.FromMilliseconds(250);
    private readonly Catalogue _catalogue;
    private readonly TimeProvider _time;
    private readonly long[] _scores;
    private readonly double[] _tieBreak;
    private Ranking _ranking;
    private int _refreshing;

    public PopularityArm(Catalogue catalogue, TimeProvider time, int seed)
    {
        _catalogue = catalogue;
        _time = time;
        _scores = new long[catalogue.Items.Length];
        var rng = Rng.For(seed, "popularity");
        _tieBreak = [.. catalogue.Items.Select(_ => rng.NextDouble())];
        _ranking = Rank();
    }

    /// <summary>Somebody went for an item.</summary>
    public void Observe(Item item, int weight) => Interlocked.Add(ref _scores[item.Index], weight);

    public ValueTask<Slate> FillAsync(SlateRequest request, CancellationToken cancellationToken)
    {
        RefreshWhenDue();
        var ranked = request.Family is { } family ? _ranking.ByFamily[family] : _ranking.All;
        var items = new List<Item>(request.Slots);
        foreach (var item in ranked)
        {
            if (items.Count == request.Slots)
            {
                break;
            }

            if (Eligibility.Allows(request, item))
            {
                items.Add(item);
            }
        }

        return ValueTask.FromResult(new Slate([.. items], []));
    }

    private void RefreshWhenDue()
    {
        if (_time.GetElapsedTime(_ranking.MadeAt) < RankEvery || Interlocked.Exchange(ref _refreshing, 1) == 1)
        {
            return;
        }

        _ranking = Rank();
        Volatile.Write(ref _refreshing, 0);
    }

    private Ranking Rank()
    {
        var all = Ranked(_catalogue.Items);
        var byFamily = new Item[_catalogue.ByFamily.Length][];
        for (var f = 0; f < byFamily.Length; f++)
        {
            byFamily[f] = Ranked(_catalogue.ByFamily[f]);
        }

        return new Ranking(_time.GetTimestamp(), all, byFamily);
    }

    private Item[] Ranked(Item[] items)
    {
        var keys = new double[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            keys[i] = -(Volatile.Read(ref _scores[items[i].Index]) + _tieBreak[items[i].Index]);
        }

        var ranked = (Item[])items.Clone();
        Array.Sort(keys, ranked);
        return ranked;
    }

    private sealed record Ranking(long MadeAt, Item[] All, Item[][] ByFamily);
}

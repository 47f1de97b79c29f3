using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;

namespace Personalization.LoadTest.Shoppers;

/// <summary>One person who shops: hidden taste and mood, manner, memory, and a source of chance of their own.</summary>
internal sealed class SimulatedShopper
{
    private const int Remembered = 64;
    private readonly Dictionary<int, int> _exposures = [];
    private readonly Queue<int> _exposureOrder = new();
    private int _busy;

    public required int Index { get; init; }

    public required string UserId { get; init; }

    public required Taste Taste { get; init; }

    public required Mood Mood { get; init; }

    public required Manner Manner { get; init; }

    public required Rng Rng { get; init; }

    /// <summary>Which arm this shopper is in, for good.</summary>
    public required Arm Arm { get; init; }

    /// <summary>What this shopper has at home and may speak about, newest last.</summary>
    public List<Possession> Owned { get; } = [];

    /// <summary>What is in the cart.</summary>
    public List<CartEntry> Cart { get; } = [];

    public HashSet<int> Purchased { get; } = [];

    public int Visits { get; set; }

    public bool ConsentSent { get; set; }

    /// <summary>Takes the shopper for a visit; false when another visit is under way.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _busy, 1, 0) == 0;

    /// <summary>Ends the visit.</summary>
    public void End() => Volatile.Write(ref _busy, 0);

    /// <summary>How often the item was seen among the last 64 items seen.</summary>
    public int ExposuresOf(Item item) => _exposures.GetValueOrDefault(item.Index);

    /// <summary>The item was seen.</summary>
    public void Expose(Item item)
    {
        _exposures[item.Index] = _exposures.GetValueOrDefault(item.Index) + 1;
        _exposureOrder.Enqueue(item.Index);
        if (_exposureOrder.Count > Remembered)
        {
            var forgotten = _exposureOrder.Dequeue();
            if (--_exposures[forgotten] == 0)
            {
                _exposures.Remove(forgotten);
            }
        }
    }
}

/// <summary>Something at home, and what has come of it.</summary>
/// <param name="item">What.</param>
/// <param name="satisfaction">How content its owner is, [−1, 1].</param>
internal sealed class Possession(Item item, double satisfaction)
{
    public Item Item { get; } = item;

    public double Satisfaction { get; } = satisfaction;

    /// <summary>True when it was bought here, so that it can go back.</summary>
    public bool Bought { get; init; }

    /// <summary>What was paid for it.</summary>
    public decimal Paid { get; init; }

    /// <summary>The slate it came from, when it came from the engine's.</summary>
    public Origin? Origin { get; init; }

    public bool SpokenOf { get; set; }

    /// <summary>True once its owner has made up their mind whether to keep it.</summary>
    public bool Settled { get; set; }
}

/// <summary>Something in the cart, and the engine's slate it came from.</summary>
internal readonly record struct CartEntry(Item Item, Origin? Origin);

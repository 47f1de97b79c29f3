using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Profiles;

/// <summary>
/// The products of a kind of event, each once, with the last time and whether it still holds: newest first, bounded.
/// </summary>
/// <remarks>
/// For each product the latest report wins; at the same instant "no longer" wins, and between products the smaller id
/// (ordinal) counts as newer. So the list is a function of the set of reports and not of their order, as long as a product's
/// reports are not older than everything that a full list holds, and two lists merge by merging their reports.
/// </remarks>
internal struct RecentItems(int capacity)
{
    private readonly ushort _capacity = (ushort)capacity;
    private RecentItem[]? _items;
    private ushort _count;

    /// <summary>The products, newest first, those that no longer hold among them.</summary>
    public readonly ReadOnlySpan<RecentItem> Items => _items.AsSpan(0, _count);

    /// <summary>How many still hold.</summary>
    public readonly int CountHeld()
    {
        var held = 0;
        foreach (ref readonly var item in Items)
        {
            held += item.Holds ? 1 : 0;
        }

        return held;
    }

    /// <summary>When the newest that holds was; <see cref="long.MinValue"/> for none.</summary>
    public readonly long NewestHeld()
    {
        foreach (ref readonly var item in Items)
        {
            if (item.Holds)
            {
                return item.Ticks;
            }
        }

        return long.MinValue;
    }

    /// <summary>Takes in a report.</summary>
    /// <returns>Whether it changed anything.</returns>
    public bool Report(string productId, long ticks, bool holds)
    {
        var report = new RecentItem(productId, ticks, holds);
        var at = IndexOf(productId);
        if (at >= 0)
        {
            var known = _items![at];
            if (known.Ticks > ticks || (known.Ticks == ticks && (!known.Holds || holds)))
            {
                return false;
            }
        }
        else if (!MakeRoom(in report, out at))
        {
            return false;
        }

        for (; at > 0 && report.IsBefore(in _items![at - 1]); at--)
        {
            _items[at] = _items[at - 1];
        }

        _items![at] = report;
        return true;
    }

    /// <summary>Takes in all reports of another list.</summary>
    public void Report(in RecentItems other)
    {
        foreach (ref readonly var item in other.Items)
        {
            Report(item.ProductId, item.Ticks, item.Holds);
        }
    }

    /// <summary>Copies the ids of those that hold, newest first.</summary>
    public readonly ImmutableArray<ProductAt> Held()
    {
        var held = new ProductAt[CountHeld()];
        Held(held);
        return ImmutableCollectionsMarshal.AsImmutableArray(held);
    }

    /// <summary>Copies the ids of those that hold, newest first.</summary>
    /// <param name="held">Gets them; has room for all.</param>
    /// <returns>How many there are.</returns>
    public readonly int Held(Span<ProductAt> held)
    {
        var count = 0;
        foreach (ref readonly var item in Items)
        {
            if (item.Holds)
            {
                held[count++] = new ProductAt(item.ProductId, new DateTimeOffset(item.Ticks, TimeSpan.Zero));
            }
        }

        return count;
    }

    /// <summary>Writes the list.</summary>
    public readonly void Write(StateWriter writer)
    {
        writer.UInt((ulong)_count);
        foreach (ref readonly var item in Items)
        {
            writer.Text(item.ProductId);
            writer.Int(item.Ticks);
            writer.Bool(item.Holds);
        }
    }

    /// <summary>Reads a list; if it is longer than fits by now, the newest stay.</summary>
    /// <param name="reader">Where it stands.</param>
    /// <param name="known">Ids that exist as strings already.</param>
    public void Read(ref StateReader reader, IKnownTexts known)
    {
        for (var left = reader.Count(minimumSize: 3); left > 0; left--)
        {
            var productId = reader.Text(known);
            var ticks = StateCheck.Ticks(ref reader);
            StateCheck.That(ticks >= 0, "a moment");
            Report(productId, ticks, reader.Bool());
        }
    }

    private readonly int IndexOf(string productId)
    {
        for (var i = 0; i < _count; i++)
        {
            if (string.Equals(_items![i].ProductId, productId, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Makes an empty place at the end of the list, dropping the oldest when it is full.</summary>
    private bool MakeRoom(in RecentItem report, out int at)
    {
        if (_count == _capacity)
        {
            at = _count - 1;
            return report.IsBefore(in _items![at]);
        }

        TightArray.Reserve(ref _items, _count, _capacity);
        at = _count++;
        return true;
    }

    /// <summary>One product.</summary>
    /// <param name="productId">Which.</param>
    /// <param name="ticks">The last time, in UTC ticks, not negative.</param>
    /// <param name="holds">Whether what the list is about still holds.</param>
    internal readonly struct RecentItem(string productId, long ticks, bool holds)
    {
        // The last moment there is has 62 bits.
        private readonly long _ticksAndHolds = (ticks << 1) | (holds ? 1L : 0);

        public string ProductId { get; } = productId;

        public long Ticks => _ticksAndHolds >> 1;

        public bool Holds => (_ticksAndHolds & 1) != 0;

        /// <summary>Whether it stands before another one: newer, or as new and with the smaller id.</summary>
        public bool IsBefore(in RecentItem other) =>
            Ticks > other.Ticks || (Ticks == other.Ticks && string.CompareOrdinal(ProductId, other.ProductId) < 0);
    }
}

/// <summary>A product and when something last happened with it.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="At">When, UTC.</param>
public readonly record struct ProductAt(string ProductId, DateTimeOffset At);

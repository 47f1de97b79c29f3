using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Profiles;

/// <summary>
/// The products that a shopper was shown, each once, with how often and when last: newest first, bounded. What was seen and
/// passed over says what is not wanted; what was seen again and again has had its chance.
/// </summary>
/// <remarks>
/// A product's count is a sum and its time a maximum, so that as long as nothing is left out the order of reports does not
/// matter and two lists merge by adding up. Between products of one instant the smaller id (ordinal) counts as newer.
/// </remarks>
internal struct ShownItems(int capacity)
{
    /// <summary>Counts stop here.</summary>
    public const int MostTimes = 255;

    private readonly ushort _capacity = (ushort)capacity;
    private Item[]? _items;
    private ushort _count;

    /// <summary>The products, newest first.</summary>
    public readonly ReadOnlySpan<Item> Items => _items.AsSpan(0, _count);

    /// <summary>Takes in that a product was shown some times, last at a moment.</summary>
    public void Report(string productId, long ticks, int times = 1)
    {
        var at = IndexOf(productId);
        if (at >= 0)
        {
            var known = _items![at];
            times += known.Times;
            ticks = Math.Max(ticks, known.Ticks);
            productId = known.ProductId;
        }

        var report = new Item(productId, ticks, (byte)Math.Min(times, MostTimes));
        if (at < 0 && !MakeRoom(in report, out at))
        {
            return;
        }

        for (; at > 0 && IsBefore(in report, in _items![at - 1]); at--)
        {
            _items[at] = _items[at - 1];
        }

        _items![at] = report;
    }

    /// <summary>Takes in all of another list.</summary>
    public void Report(in ShownItems other)
    {
        foreach (ref readonly var item in other.Items)
        {
            Report(item.ProductId, item.Ticks, item.Times);
        }
    }

    /// <summary>Copies the list.</summary>
    public readonly ImmutableArray<ShownProduct> ToImmutable()
    {
        var shown = new ShownProduct[_count];
        CopyTo(shown);
        return ImmutableCollectionsMarshal.AsImmutableArray(shown);
    }

    /// <summary>Copies the list.</summary>
    /// <param name="shown">Gets the products; has room for all.</param>
    /// <returns>How many there are.</returns>
    public readonly int CopyTo(Span<ShownProduct> shown)
    {
        for (var i = 0; i < _count; i++)
        {
            ref readonly var item = ref _items![i];
            shown[i] = new ShownProduct(item.ProductId, item.Times, item.At);
        }

        return _count;
    }

    /// <summary>Writes the list.</summary>
    public readonly void Write(StateWriter writer)
    {
        writer.UInt((ulong)_count);
        foreach (ref readonly var item in Items)
        {
            writer.Text(item.ProductId);
            writer.Byte(item.Times);
            writer.Int(item.Ticks);
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
            var times = reader.Byte();
            StateCheck.That(times > 0, "how often a product was shown");
            var ticks = StateCheck.Ticks(ref reader);
            StateCheck.That(ticks >= 0, "a moment");
            Report(productId, ticks, times);
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
    private bool MakeRoom(in Item report, out int at)
    {
        if (_count == _capacity)
        {
            at = _count - 1;
            return IsBefore(in report, in _items![at]);
        }

        TightArray.Reserve(ref _items, _count, _capacity);
        at = _count++;
        return true;
    }

    private static bool IsBefore(in Item a, in Item b) =>
        a.Ticks > b.Ticks || (a.Ticks == b.Ticks && string.CompareOrdinal(a.ProductId, b.ProductId) < 0);

    /// <summary>A product as it is kept: a <see cref="ShownProduct"/> in fewer bytes.</summary>
    /// <param name="ProductId">The product.</param>
    /// <param name="Ticks">When last, in UTC ticks, not negative.</param>
    /// <param name="Times">How often, 1 to 255.</param>
    internal readonly record struct Item(string ProductId, long Ticks, byte Times)
    {
        /// <summary>When last, UTC.</summary>
        public DateTimeOffset At => new(Ticks, TimeSpan.Zero);
    }
}

/// <summary>A product that was shown.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Times">How often, 1 to 255.</param>
/// <param name="At">When last, UTC.</param>
public readonly record struct ShownProduct(string ProductId, int Times, DateTimeOffset At);

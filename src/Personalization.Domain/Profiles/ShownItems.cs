using System.Collections.Immutable;
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
internal sealed class ShownItems(int capacity)
{
    /// <summary>Counts stop here.</summary>
    public const int MostTimes = 255;

    private const int InitialSize = 8;
    private ShownProduct[] _items = [];
    private int _count;

    /// <summary>The products, newest first.</summary>
    public ReadOnlySpan<ShownProduct> Items => _items.AsSpan(0, _count);

    /// <summary>Takes in that a product was shown some times, last at a moment.</summary>
    public void Report(string productId, long ticks, int times = 1)
    {
        var at = IndexOf(productId);
        if (at >= 0)
        {
            var known = _items[at];
            times += known.Times;
            ticks = Math.Max(ticks, known.At.UtcTicks);
            productId = known.ProductId;
        }

        var report = new ShownProduct(productId, Math.Min(times, MostTimes), new DateTimeOffset(ticks, TimeSpan.Zero));
        if (at < 0 && !MakeRoom(in report, out at))
        {
            return;
        }

        for (; at > 0 && IsBefore(in report, in _items[at - 1]); at--)
        {
            _items[at] = _items[at - 1];
        }

        _items[at] = report;
    }

    /// <summary>Takes in all of another list.</summary>
    public void Report(ShownItems other)
    {
        foreach (ref readonly var item in other.Items)
        {
            Report(item.ProductId, item.At.UtcTicks, item.Times);
        }
    }

    /// <summary>Copies the list.</summary>
    public ImmutableArray<ShownProduct> ToImmutable() => [.. Items];

    /// <summary>Writes the list.</summary>
    public void Write(StateWriter writer)
    {
        writer.UInt((ulong)_count);
        foreach (ref readonly var item in Items)
        {
            writer.Text(item.ProductId);
            writer.Byte((byte)item.Times);
            writer.Int(item.At.UtcTicks);
        }
    }

    /// <summary>Reads a list; if it is longer than fits by now, the newest stay.</summary>
    public void Read(ref StateReader reader)
    {
        for (var left = reader.Count(minimumSize: 3); left > 0; left--)
        {
            var productId = reader.Text();
            var times = reader.Byte();
            StateCheck.That(times > 0, "how often a product was shown");
            Report(productId, StateCheck.Ticks(ref reader), times);
        }
    }

    private int IndexOf(string productId)
    {
        for (var i = 0; i < _count; i++)
        {
            if (string.Equals(_items[i].ProductId, productId, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Makes an empty place at the end of the list, dropping the oldest when it is full.</summary>
    private bool MakeRoom(in ShownProduct report, out int at)
    {
        if (_count == capacity)
        {
            at = _count - 1;
            return IsBefore(in report, in _items[at]);
        }

        if (_count == _items.Length)
        {
            Array.Resize(ref _items, Math.Min(capacity, Math.Max(InitialSize, 2 * _count)));
        }

        at = _count++;
        return true;
    }

    private static bool IsBefore(in ShownProduct a, in ShownProduct b) =>
        a.At > b.At || (a.At == b.At && string.CompareOrdinal(a.ProductId, b.ProductId) < 0);
}

/// <summary>A product that was shown.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Times">How often, 1 to 255.</param>
/// <param name="At">When last, UTC.</param>
public readonly record struct ShownProduct(string ProductId, int Times, DateTimeOffset At);

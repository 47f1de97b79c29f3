using Personalization.Domain.Serialization;

namespace Personalization.Grains.Ingestion;

/// <summary>
/// Which of a partition's events were, or are about to be, folded in without their feeling. It is durable before they are: so a
/// replay does not read one that comes in an event of its own, and none is forgotten.
/// </summary>
public sealed class OwedFeelings
{
    /// <summary>The most that are kept: what is missed beyond is missed for good, and counted so.</summary>
    public const int Capacity = 10_000;

    // True for what has been settled and may be replayed still.
    private readonly SortedList<long, bool> _settled = [];

    /// <summary>How many have not been settled.</summary>
    public int Open { get; private set; }

    /// <summary>Whether an event's feeling comes, or came, in an event of its own.</summary>
    public bool Has(long offset) => _settled.ContainsKey(offset);

    /// <summary>Adds events, as long as there is room.</summary>
    /// <returns>Those that were added.</returns>
    public long[] Add(IEnumerable<long> offsets)
    {
        var added = new List<long>();
        foreach (var offset in offsets)
        {
            if (_settled.Count < Capacity && _settled.TryAdd(offset, false))
            {
                added.Add(offset);
                Open++;
            }
        }

        return [.. added];
    }

    /// <summary>Takes back what was added and did not become durable.</summary>
    public void TakeBack(long[] offsets)
    {
        foreach (var offset in offsets)
        {
            Open -= _settled.TryGetValue(offset, out var settled) && !settled ? 1 : 0;
            _settled.Remove(offset);
        }
    }

    /// <summary>The oldest that have not been settled.</summary>
    public long[] Next(int most) => [.. _settled.Where(static entry => !entry.Value).Take(most).Select(static entry => entry.Key)];

    /// <summary>The event of its own is in the log, or there will be none.</summary>
    public void Settle(long offset)
    {
        if (_settled.TryGetValue(offset, out var settled) && !settled)
        {
            _settled[offset] = true;
            Open--;
        }
    }

    /// <summary>Forgets what is settled and will never be replayed.</summary>
    public void Prune(long checkpoint)
    {
        foreach (var (offset, settled) in _settled.ToArray())
        {
            if (offset > checkpoint)
            {
                return;
            }

            if (settled)
            {
                _settled.Remove(offset);
            }
        }
    }

    /// <summary>Writes everything.</summary>
    public void Write(StateWriter writer)
    {
        writer.UInt((ulong)_settled.Count);
        foreach (var (offset, settled) in _settled)
        {
            writer.Int(offset);
            writer.Bool(settled);
        }
    }

    /// <summary>Reads everything.</summary>
    public static OwedFeelings Read(ref StateReader reader)
    {
        var owed = new OwedFeelings();
        for (var left = reader.Count(2); left > 0; left--)
        {
            var offset = reader.Int();
            var settled = reader.Bool();
            owed._settled[offset] = settled;
            owed.Open += settled ? 0 : 1;
        }

        return owed;
    }
}

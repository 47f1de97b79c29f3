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

    private readonly SortedList<long, Standing> _events = [];

    private enum Standing : byte
    {
        /// <summary>Not durable yet: whoever reads the feeling now could see the write fail and the event be folded in with it.</summary>
        Announced,
        Open,

        /// <summary>May be replayed still.</summary>
        Settled,
    }

    /// <summary>How many are durable and have not been settled.</summary>
    public int Open { get; private set; }

    /// <summary>Whether an event's feeling comes, or came, in an event of its own.</summary>
    public bool Has(long offset) => _events.ContainsKey(offset);

    /// <summary>Announces events, as long as there is room. They are open once they are confirmed.</summary>
    /// <returns>Those that were added.</returns>
    public long[] Add(IEnumerable<long> offsets)
    {
        var added = new List<long>();
        foreach (var offset in offsets)
        {
            if (_events.Count < Capacity && _events.TryAdd(offset, Standing.Announced))
            {
                added.Add(offset);
            }
        }

        return [.. added];
    }

    /// <summary>What was announced is durable.</summary>
    public void Confirm(long[] added)
    {
        foreach (var offset in added)
        {
            if (_events.TryGetValue(offset, out var standing) && standing == Standing.Announced)
            {
                _events[offset] = Standing.Open;
                Open++;
            }
        }
    }

    /// <summary>Takes back what was announced and did not become durable.</summary>
    public void TakeBack(long[] added)
    {
        foreach (var offset in added)
        {
            if (_events.TryGetValue(offset, out var standing) && standing == Standing.Announced)
            {
                _events.Remove(offset);
            }
        }
    }

    /// <summary>The oldest that are open.</summary>
    public long[] Next(int most) =>
        [.. _events.Where(static entry => entry.Value == Standing.Open).Take(most).Select(static entry => entry.Key)];

    /// <summary>The event of its own is in the log, or there will be none.</summary>
    public void Settle(long offset)
    {
        if (_events.TryGetValue(offset, out var standing) && standing == Standing.Open)
        {
            _events[offset] = Standing.Settled;
            Open--;
        }
    }

    /// <summary>Forgets what is settled and will never be replayed.</summary>
    public void Prune(long checkpoint)
    {
        foreach (var (offset, standing) in _events.ToArray())
        {
            if (offset > checkpoint)
            {
                return;
            }

            if (standing == Standing.Settled)
            {
                _events.Remove(offset);
            }
        }
    }

    /// <summary>Writes everything. What is announced is durable with it.</summary>
    public void Write(StateWriter writer)
    {
        writer.UInt((ulong)_events.Count);
        foreach (var (offset, standing) in _events)
        {
            writer.Int(offset);
            writer.Bool(standing == Standing.Settled);
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
            owed._events[offset] = settled ? Standing.Settled : Standing.Open;
            owed.Open += settled ? 0 : 1;
        }

        return owed;
    }
}

using System.Runtime.InteropServices;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Interventions;

/// <summary>
/// When one shopper was offered what: the last time of each action, and the times of the last day, which cooldowns and the
/// daily cap ask for. Decisions to do nothing are no offers, so however many there are they push none of these out. Bounded.
/// </summary>
internal sealed class OfferLog
{
    /// <summary>Offers of the last day that are told apart at least: as many as a daily cap can allow.</summary>
    public const int MaxCounted = 100;

    // One of each action may be older than the day and is kept all the same.
    private const int MaxKept = MaxCounted + InterventionActions.Count;
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    // Most shoppers have never been offered anything.
    private List<Offer>? _offers;

    /// <summary>Whether nothing is remembered.</summary>
    public bool IsEmpty => Kept.IsEmpty;

    private ReadOnlySpan<Offer> Kept => CollectionsMarshal.AsSpan(_offers);

    /// <inheritdoc cref="InterventionHistory.LastAt"/>
    public DateTimeOffset? LastAt(InterventionAction action)
    {
        DateTimeOffset? last = null;
        foreach (var offer in Kept)
        {
            last = offer.Action == action && (last is null || offer.At > last) ? offer.At : last;
        }

        return last;
    }

    /// <inheritdoc cref="InterventionHistory.CountSince"/>
    public int CountSince(DateTimeOffset since)
    {
        var count = 0;
        foreach (var offer in Kept)
        {
            count += offer.At > since ? 1 : 0;
        }

        return count;
    }

    /// <summary>Remembers an offer. One that it has already, and doing nothing, change nothing.</summary>
    public void Add(string decisionId, InterventionAction action, DateTimeOffset at)
    {
        if (action != InterventionAction.Nothing)
        {
            Add(new Offer(StableHash.Of(decisionId), action, at));
        }
    }

    /// <summary>Takes in what another key of the same shopper was offered.</summary>
    public void Absorb(OfferLog other)
    {
        foreach (var offer in other.Kept)
        {
            Add(offer);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _offers = null;

    /// <summary>Writes the log.</summary>
    public void Write(StateWriter writer)
    {
        writer.UInt((ulong)Kept.Length);
        foreach (var offer in Kept)
        {
            writer.UInt(offer.Id);
            writer.Byte((byte)offer.Action);
            writer.Time(offer.At);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote into an empty log.</summary>
    public void Read(ref StateReader reader)
    {
        for (var left = reader.Count(3); left > 0; left--)
        {
            (_offers ??= []).Add(new Offer(reader.UInt(), (InterventionAction)reader.Byte(), reader.Time()));
        }
    }

    private void Add(Offer offer)
    {
        _offers ??= [];
        foreach (var known in Kept)
        {
            if (known.Id == offer.Id)
            {
                return;
            }
        }

        // In order of time: what comes late, from a replay or another key, takes its place.
        var place = _offers.Count;
        while (place > 0 && _offers[place - 1].At > offer.At)
        {
            place--;
        }

        _offers.Insert(place, offer);
        Trim();
    }

    private void Trim()
    {
        var dayBegan = _offers![^1].At - s_day;
        for (var i = 0; i < _offers.Count - 1;)
        {
            if ((_offers[i].At <= dayBegan || _offers.Count > MaxKept) && IsFollowed(i))
            {
                _offers.RemoveAt(i);
            }
            else
            {
                i++;
            }
        }
    }

    private bool IsFollowed(int place)
    {
        for (var later = place + 1; later < _offers!.Count; later++)
        {
            if (_offers[later].Action == _offers[place].Action)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One offer.</summary>
    /// <param name="Id">The hash of its decision's id: enough to know it again.</param>
    /// <param name="Action">What was offered.</param>
    /// <param name="At">When.</param>
    private readonly record struct Offer(ulong Id, InterventionAction Action, DateTimeOffset At);
}

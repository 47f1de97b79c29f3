using Personalization.Domain.Products;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Profiles;

/// <summary>
/// How drawn a shopper is to the facets of one kind, by what one modality said: per facet Σw and Σw·v with forward-decayed
/// weights w and values v in [−1, 1].
/// </summary>
/// <remarks>
/// Bounded: when full, a newcomer takes the place of the facet with the least weight (the smaller hash among equals) if it
/// weighs more, else it is left out. All weights decay alike, so which facet is least does not depend on when one asks.
/// As long as nothing is left out, the order of additions does not matter.
/// </remarks>
internal sealed class AffinityTable(FacetKind kind, int capacity)
{
    private const int InitialSize = 4;
    private ulong[] _hashes = [];
    private Entry[] _entries = [];
    private int _count;

    /// <summary>How many facets there are.</summary>
    public int Count => _count;

    /// <summary>The facets' hashes.</summary>
    public ReadOnlySpan<ulong> Hashes => _hashes.AsSpan(0, _count);

    /// <summary>The facets' sums, in the order of <see cref="Hashes"/>.</summary>
    public ReadOnlySpan<Entry> Entries => _entries.AsSpan(0, _count);

    /// <summary>Adds evidence about a facet.</summary>
    public void Add(in FacetKey facet, double weight, double value) => Add(facet.Hash, facet.Name, weight, weight * value);

    /// <summary>Adds all of another table, whose sums are worth <paramref name="scale"/> of themselves here.</summary>
    public void Add(AffinityTable other, double scale)
    {
        for (var i = 0; i < other._count; i++)
        {
            ref readonly var entry = ref other._entries[i];
            Add(other._hashes[i], entry.Name, entry.Weight * scale, entry.Moment * scale);
        }
    }

    /// <summary>Multiplies all sums.</summary>
    public void Scale(double factor)
    {
        foreach (ref var entry in _entries.AsSpan(0, _count))
        {
            entry.Weight *= factor;
            entry.Moment *= factor;
        }
    }

    /// <summary>Writes the facets.</summary>
    public void Write(StateWriter writer)
    {
        writer.UInt((ulong)_count);
        foreach (ref readonly var entry in Entries)
        {
            writer.Text(entry.Name);
            writer.Double(entry.Weight);
            writer.Double(entry.Moment);
        }
    }

    /// <summary>Reads facets; if there are more than fit by now, the heaviest stay.</summary>
    public void Read(ref StateReader reader)
    {
        for (var left = reader.Count(minimumSize: 17); left > 0; left--)
        {
            var facet = FacetKey.Of(kind, reader.Text());
            var weight = StateCheck.NotNegative(reader.Double(), "an affinity's weight");
            var moment = StateCheck.Finite(reader.Double(), "an affinity's moment");
            StateCheck.That(Math.Abs(moment) <= weight * (1 + 1e-6), "an affinity beyond [-1, 1]");
            Add(facet.Hash, facet.Name, weight, moment);
        }
    }

    private void Add(ulong hash, string name, double weight, double moment)
    {
        var at = Hashes.IndexOf(hash);
        if (at < 0)
        {
            at = Place(hash, weight);
            if (at < 0)
            {
                return;
            }

            _hashes[at] = hash;
            _entries[at] = new Entry { Name = name };
        }

        ref var entry = ref _entries[at];
        entry.Weight += weight;
        entry.Moment += moment;
    }

    /// <summary>Finds a place for a newcomer; negative when there is none.</summary>
    private int Place(ulong hash, double weight)
    {
        if (_count < capacity)
        {
            if (_count == _entries.Length)
            {
                var size = Math.Min(capacity, Math.Max(InitialSize, 2 * _count));
                Array.Resize(ref _hashes, size);
                Array.Resize(ref _entries, size);
            }

            return _count++;
        }

        var least = 0;
        for (var i = 1; i < _count; i++)
        {
            if (IsLess(_entries[i].Weight, _hashes[i], _entries[least].Weight, _hashes[least]))
            {
                least = i;
            }
        }

        return IsLess(_entries[least].Weight, _hashes[least], weight, hash) ? least : -1;
    }

    private static bool IsLess(double weight, ulong hash, double otherWeight, ulong otherHash) =>
        weight < otherWeight || (weight == otherWeight && hash < otherHash);

    /// <summary>The sums of one facet.</summary>
    internal struct Entry
    {
        /// <summary>The facet's name.</summary>
        public string Name;

        /// <summary>Σw, forward-decayed.</summary>
        public double Weight;

        /// <summary>Σw·v, forward-decayed.</summary>
        public double Moment;
    }
}

using System.Runtime.CompilerServices;
using Personalization.Domain.Products;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Profiles;

/// <summary>
/// How drawn a shopper is to facets, by what one modality said: per facet Σw and Σw·v with forward-decayed weights w and
/// values v in [−1, 1]. The facets of all kinds lie in one array, kind by kind.
/// </summary>
/// <remarks>
/// Bounded per kind: when full, a newcomer takes the place of the facet with the least weight (the smaller hash among equals)
/// if it weighs more, else it is left out. All weights decay alike, so which facet is least does not depend on when one asks.
/// As long as nothing is left out, the order of additions does not matter.
/// </remarks>
internal struct AffinityTable
{
    /// <summary>How many kinds of facets there are.</summary>
    public const int Kinds = (int)FacetKind.Attribute + 1;

    private Entry[]? _entries;
    private Counts _counts;

    /// <summary>The facets of a kind, in the order in which they came.</summary>
    public readonly ReadOnlySpan<Entry> Of(FacetKind kind) => _entries.AsSpan(Start(kind), _counts[(int)kind]);

    /// <summary>Where a facet stands among those of its kind; negative when it is not there.</summary>
    public readonly int IndexOf(FacetKind kind, ulong hash)
    {
        var facets = Of(kind);
        for (var i = 0; i < facets.Length; i++)
        {
            if (facets[i].Hash == hash)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Adds evidence about a facet.</summary>
    /// <param name="facet">The facet.</param>
    /// <param name="weight">The forward-decayed weight.</param>
    /// <param name="value">[−1, 1].</param>
    /// <param name="capacity">How many facets of its kind there may be.</param>
    public void Add(in FacetKey facet, double weight, double value, int capacity) =>
        Add(facet.Kind, facet.Hash, facet.Name, weight, weight * value, capacity);

    /// <summary>Adds all facets of a kind of another table, whose sums are worth <paramref name="scale"/> of themselves here.</summary>
    public void Add(FacetKind kind, in AffinityTable other, double scale, int capacity)
    {
        foreach (ref readonly var entry in other.Of(kind))
        {
            Add(kind, entry.Hash, entry.Name, entry.Weight * scale, entry.Moment * scale, capacity);
        }
    }

    /// <summary>Multiplies all sums.</summary>
    public readonly void Scale(double factor)
    {
        foreach (ref var entry in _entries.AsSpan(0, Total))
        {
            entry.Weight *= factor;
            entry.Moment *= factor;
        }
    }

    /// <summary>Writes the facets of a kind.</summary>
    public readonly void Write(FacetKind kind, StateWriter writer)
    {
        var facets = Of(kind);
        writer.UInt((ulong)facets.Length);
        foreach (ref readonly var entry in facets)
        {
            writer.Text(entry.Name);
            writer.Double(entry.Weight);
            writer.Double(entry.Moment);
        }
    }

    /// <summary>Reads facets of a kind; if there are more than fit by now, the heaviest stay.</summary>
    public void Read(FacetKind kind, ref StateReader reader, int capacity)
    {
        for (var left = reader.Count(minimumSize: 17); left > 0; left--)
        {
            var facet = FacetKey.Of(kind, reader.Text());
            var weight = StateCheck.NotNegative(reader.Double(), "an affinity's weight");
            var moment = StateCheck.Finite(reader.Double(), "an affinity's moment");
            StateCheck.That(Math.Abs(moment) <= weight * (1 + 1e-6), "an affinity beyond [-1, 1]");
            Add(kind, facet.Hash, FacetNames.Share(facet.Hash, facet.Name), weight, moment, capacity);
        }
    }

    /// <summary>Gives back what room is left over after reading: most shoppers who are read do nothing new.</summary>
    public void Trim()
    {
        if (_entries is not null && _entries.Length > Total)
        {
            Array.Resize(ref _entries, Total);
        }
    }

    private readonly int Total => _counts[0] + _counts[1] + _counts[2];

    private readonly int Start(FacetKind kind) => kind switch
    {
        FacetKind.Category => 0,
        FacetKind.Brand => _counts[0],
        _ => _counts[0] + _counts[1],
    };

    private void Add(FacetKind kind, ulong hash, string name, double weight, double moment, int capacity)
    {
        var at = IndexOf(kind, hash);
        if (at < 0)
        {
            at = Place(kind, hash, weight, capacity);
            if (at < 0)
            {
                return;
            }

            _entries![Start(kind) + at] = new Entry { Hash = hash, Name = name };
        }

        ref var entry = ref _entries![Start(kind) + at];
        entry.Weight += weight;
        entry.Moment += moment;
    }

    /// <summary>Finds a newcomer a place among the facets of its kind; negative when there is none.</summary>
    private int Place(FacetKind kind, ulong hash, double weight, int capacity)
    {
        var facets = Of(kind);
        if (facets.Length < capacity)
        {
            var (total, end) = (Total, Start(kind) + facets.Length);
            TightArray.Reserve(ref _entries, total);
            _entries.AsSpan(end, total - end).CopyTo(_entries.AsSpan(end + 1));
            return _counts[(int)kind]++;
        }

        var least = 0;
        for (var i = 1; i < facets.Length; i++)
        {
            if (IsLess(facets[i].Weight, facets[i].Hash, facets[least].Weight, facets[least].Hash))
            {
                least = i;
            }
        }

        return IsLess(facets[least].Weight, facets[least].Hash, weight, hash) ? least : -1;
    }

    private static bool IsLess(double weight, ulong hash, double otherWeight, ulong otherHash) =>
        weight < otherWeight || (weight == otherWeight && hash < otherHash);

    /// <summary>The sums of one facet.</summary>
    internal struct Entry
    {
        /// <summary>The facet's identity.</summary>
        public ulong Hash;

        /// <summary>The facet's name.</summary>
        public string Name;

        /// <summary>Σw, forward-decayed.</summary>
        public double Weight;

        /// <summary>Σw·v, forward-decayed.</summary>
        public double Moment;
    }

    /// <summary>How many facets there are of each kind.</summary>
    [InlineArray(Kinds)]
    private struct Counts
    {
        private ushort _first;
    }
}

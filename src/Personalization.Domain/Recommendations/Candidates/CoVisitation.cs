using Personalization.Domain.Serialization;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// Which product shoppers turn to after which: the state of one owner, kept up to date with every visit. Per product a
/// bounded list of neighbours with decayed weights, and another of what came directly after it; each visit counts exactly
/// once, by partition and offset.
/// </summary>
/// <remarks>
/// Item-to-item collaborative filtering (Linden, Smith, York: "Amazon.com recommendations", IEEE Internet Computing 2003) with
/// order and distance: a pair counts more the closer the two visits were, and more for what came after than for what came
/// before. What comes directly after is a first-order Markov chain of its own (Shani, Heckerman, Brafman: "An MDP-based
/// recommender system", JMLR 6, 2005): P(next | product) = weight / (weight of all that came after it + a prior). Not safe for
/// concurrent use.
/// </remarks>
public sealed class CoVisitation : IKnownTexts
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<Node> _nodes = [];
    private readonly float[] _byDistance;
    private ForwardDecay _decay;

    /// <summary>A state that has seen nothing.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public CoVisitation(CoVisitationOptions options)
        : this(options, new AppliedOffsets(), new ForwardDecay(TimeConstant(options)), 0, long.MinValue)
    {
    }

    internal CoVisitation(CoVisitationOptions options, AppliedOffsets offsets, ForwardDecay decay, long version, long newestTicks)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        Offsets = offsets;
        Version = version;
        NewestTicks = newestTicks;
        _decay = decay;
        _byDistance = [.. Enumerable.Range(1, Visit.MaxBefore).Select(d => (float)Math.Pow(d, -options.DistanceExponent))];
    }

    /// <summary>How it counts.</summary>
    public CoVisitationOptions Options { get; }

    /// <summary>How far into each partition it has counted.</summary>
    public AppliedOffsets Offsets { get; }

    /// <summary>Grows by one with every batch that had something new.</summary>
    public long Version { get; private set; }

    /// <summary>How many products were visited.</summary>
    public int ItemCount => _nodes.Count;

    internal ForwardDecay Decay => _decay;

    /// <summary>The newest visit, in UTC ticks.</summary>
    internal long NewestTicks { get; private set; }

    internal List<Node> Nodes => _nodes;

    /// <summary>Counts what is new in a batch.</summary>
    /// <param name="partition">The partition the batch stems from.</param>
    /// <param name="after">The offset before the batch.</param>
    /// <param name="through">The last offset of the batch.</param>
    /// <param name="visits">The visits, each with its own offset in (after, through].</param>
    public BatchOutcome Apply(int partition, long after, long through, ReadOnlySpan<Visit> visits)
    {
        var outcome = Offsets.Advance(partition, after, through, out var applied);
        if (outcome != BatchOutcome.AlreadyApplied)
        {
            var counted = false;
            foreach (var visit in visits)
            {
                if (visit.Offset > applied)
                {
                    Count(visit);
                    counted = true;
                }
            }

            Version += counted ? 1 : 0;
        }

        return outcome;
    }

    /// <summary>The string that a product which was visited is known by; null when it was not.</summary>
    public string? Find(ReadOnlySpan<char> text) =>
        _numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var number) ? _nodes[number].ItemId : null;

    internal Node Restore(string id, double weight, long changedIn)
    {
        var node = new Node(id) { Weight = weight, ChangedIn = changedIn };
        _numbers.Add(id, _nodes.Count);
        _nodes.Add(node);
        return node;
    }

    private void Count(Visit visit)
    {
        var scale = _decay.Advance(visit.Ticks);
        if (scale < 1)
        {
            foreach (var each in _nodes)
            {
                each.Weight *= scale;
                each.Neighbours.Scale((float)scale);
                each.Onward *= scale;
                each.Nexts.Scale((float)scale);
            }
        }

        NewestTicks = Math.Max(NewestTicks, visit.Ticks);
        var weight = visit.Weight * _decay.Weight(visit.Ticks);
        var number = NumberOf(visit.ItemId);
        var node = _nodes[number];
        node.Weight += weight;
        node.ChangedIn = Version + 1;
        if (visit.Before is [var last, ..] && NumberOf(last) is var from && from != number)
        {
            _nodes[from].Onward += weight;
            _nodes[from].Nexts.Add(number, (float)weight, Options.KeptNextPerItem);
        }

        for (var i = 0; i < Math.Min(visit.Before.Length, Visit.MaxBefore); i++)
        {
            var before = NumberOf(visit.Before[i]);
            if (before != number)
            {
                var pair = (float)(weight * _byDistance[i]);
                _nodes[before].Neighbours.Add(number, pair, Options.KeptPerItem);
                _nodes[before].ChangedIn = Version + 1;
                node.Neighbours.Add(before, pair * (float)Options.BackwardWeight, Options.KeptPerItem);
            }
        }
    }

    private int NumberOf(string id)
    {
        if (!_numbers.TryGetValue(id, out var number))
        {
            number = _nodes.Count;
            _numbers.Add(id, number);
            _nodes.Add(new Node(id));
        }

        return number;
    }

    internal static TimeSpan TimeConstant(CoVisitationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return options.HalfLife / Math.Log(2);
    }

    /// <summary>One product.</summary>
    internal sealed class Node(string itemId)
    {
        public string ItemId { get; } = itemId;

        public double Weight { get; set; }

        public long ChangedIn { get; set; }

        public NeighbourCounts Neighbours { get; } = new();

        /// <summary>The weight of everything that came directly after it, whatever it was.</summary>
        public double Onward { get; set; }

        /// <summary>What came directly after it.</summary>
        public NeighbourCounts Nexts { get; } = new();
    }
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// What a policy has learned and from how far into the log: the state of its one owner. Takes lessons in batches, each
/// exactly once, and gives readers what has changed since the version they have.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class PolicyStatistics
{
    /// <summary>How many items that had no lesson of their own get their weights published again per batch of changes.</summary>
    /// <remarks>An item's weights are a correction of the shared ones and go stale when those move.</remarks>
    public const int RefreshedPerPublication = 256;

    private readonly Queue<string> _refreshOrder = new();
    private long _wholeSince;

    /// <summary>A policy that has learned nothing.</summary>
    public PolicyStatistics(PolicyShape shape, HybridRidgeOptions options)
        : this(new PolicyModel(shape, options), new AppliedOffsets(), 0, 0)
    {
    }

    internal PolicyStatistics(PolicyModel model, AppliedOffsets offsets, long version, long misfits)
    {
        Model = model;
        Offsets = offsets;
        Version = version;
        Misfits = misfits;
        StartRefreshing();
    }

    /// <summary>Statistics that go on from a model which learned elsewhere, with the lessons after some offsets.</summary>
    internal static PolicyStatistics Of(PolicyModel model, AppliedOffsets learned)
    {
        var statistics = new PolicyStatistics(new PolicyModel(model.Ridge.Shape, model.Ridge.Options), learned, 0, 0);
        statistics.Replace(model);
        return statistics;
    }

    /// <summary>How answers name a version of the policy.</summary>
    public static string NameOf(long version) => FormattableString.Invariant($"hybrid-ridge@{version}");

    /// <summary>What has been learned.</summary>
    public PolicyModel Model { get; private set; }

    /// <summary>The learner.</summary>
    public HybridRidge Ridge => Model.Ridge;

    /// <summary>How far into each partition it has learned.</summary>
    public AppliedOffsets Offsets { get; }

    /// <summary>Grows by one with every batch that taught something, and with every model that takes another's place.</summary>
    public long Version { get; private set; }

    /// <summary>Observations learned, amendments not counted.</summary>
    public long Observations => Model.Observations;

    /// <summary>Lessons left out because they were made with features of another shape or version.</summary>
    public long Misfits { get; private set; }

    /// <summary>Learns what is new in a batch.</summary>
    /// <param name="partition">The partition the batch stems from.</param>
    /// <param name="after">The offset before the batch.</param>
    /// <param name="through">The last offset of the batch.</param>
    /// <param name="updates">The lessons, each with its own offset in (after, through].</param>
    public BatchOutcome Apply(int partition, long after, long through, ReadOnlySpan<PolicyUpdate> updates)
    {
        var outcome = Offsets.Advance(partition, after, through, out var applied);
        if (outcome != BatchOutcome.AlreadyApplied)
        {
            var learned = false;
            Ridge.Mark = Version + 1;
            foreach (var update in updates)
            {
                learned |= update.Offset > applied && Learn(update);
            }

            Version += learned ? 1 : 0;
        }

        return outcome;
    }

    /// <summary>
    /// Goes on from another model. What has been learned from the log stays counted as learned: lessons are told once, whichever
    /// model learns them.
    /// </summary>
    /// <param name="model">The model; of the same shape.</param>
    /// <returns>The model there was.</returns>
    /// <exception cref="ArgumentException">It has another shape.</exception>
    public PolicyModel Replace(PolicyModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Ridge.Shape != Ridge.Shape)
        {
            throw new ArgumentException($"model: has {model.Ridge.Shape}; allowed: {Ridge.Shape}.", nameof(model));
        }

        var before = Model;
        Model = model;
        _wholeSince = ++Version;
        foreach (var own in Ridge.Items.Values)
        {
            own.ChangedIn = Version;
        }

        StartRefreshing();
        return before;
    }

    /// <summary>Whether a reader of a version has to start anew: another model has taken the place of the one it has weights of.</summary>
    public bool NeedsWhole(long since) => since < _wholeSince;

    /// <summary>What a reader needs to come from one version to this one.</summary>
    /// <param name="since">The reader's version; 0 for everything.</param>
    public PolicyChanges ChangesSince(long since)
    {
        since = NeedsWhole(since) ? 0 : since;
        var items = ImmutableArray.CreateBuilder<ItemWeights>();
        foreach (var (id, own) in Ridge.Items)
        {
            if (own.ChangedIn > since || since == 0)
            {
                items.Add(Publish(id, own));
            }
        }

        for (var left = since == 0 ? 0 : Math.Min(RefreshedPerPublication, _refreshOrder.Count); left > 0; left--)
        {
            var id = _refreshOrder.Dequeue();
            if (Ridge.Items.TryGetValue(id, out var own))
            {
                _refreshOrder.Enqueue(id);
                if (own.ChangedIn <= since)
                {
                    items.Add(Publish(id, own));
                }
            }
        }

        return new PolicyChanges
        {
            From = since,
            To = Version,
            Shape = Ridge.Shape,
            ItemLambda = (float)Ridge.ItemLambda,
            Standing = Model.Standing,
            Shared = ImmutableCollectionsMarshal.AsImmutableArray(Ridge.FoldedWeights()),
            Items = items.ToImmutable(),
        };
    }

    private bool Learn(PolicyUpdate update)
    {
        var items = Ridge.ItemCount;
        var learned = Model.Learn(update);
        Misfits += learned ? 0 : 1;
        if (Ridge.ItemCount > items)
        {
            _refreshOrder.Enqueue(update.ItemId);
        }

        return learned;
    }

    private void StartRefreshing()
    {
        _refreshOrder.Clear();
        foreach (var id in Ridge.Items.Keys.Order(StringComparer.Ordinal))
        {
            _refreshOrder.Enqueue(id);
        }
    }

    private ItemWeights Publish(string id, HybridRidge.ItemRidge own)
    {
        var weights = new float[Ridge.Shape.User];
        Ridge.FillOwnWeights(own, weights);
        return new ItemWeights(
            id,
            (float)own.Weight,
            ImmutableCollectionsMarshal.AsImmutableArray(weights),
            ImmutableArray.Create(own.Ridge.Covariance),
            own.Ridge.Lambda);
    }
}

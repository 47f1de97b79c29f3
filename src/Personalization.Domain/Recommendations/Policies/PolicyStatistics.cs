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

    private readonly float[] _user;
    private readonly float[] _item;
    private readonly Queue<string> _refreshOrder;

    /// <summary>A policy that has learned nothing.</summary>
    public PolicyStatistics(PolicyShape shape, HybridRidgeOptions options)
        : this(new HybridRidge(shape, options), new AppliedOffsets(), 0, 0, 0)
    {
    }

    internal PolicyStatistics(HybridRidge ridge, AppliedOffsets offsets, long version, long observations, long misfits)
    {
        Ridge = ridge;
        Offsets = offsets;
        Version = version;
        Observations = observations;
        Misfits = misfits;
        _user = new float[ridge.Shape.User];
        _item = new float[ridge.Shape.Item];
        _refreshOrder = new Queue<string>(ridge.Items.Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>The learner.</summary>
    public HybridRidge Ridge { get; }

    /// <summary>How far into each partition it has learned.</summary>
    public AppliedOffsets Offsets { get; }

    /// <summary>Grows by one with every batch that taught something.</summary>
    public long Version { get; private set; }

    /// <summary>Observations learned, amendments not counted.</summary>
    public long Observations { get; private set; }

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
            foreach (var update in updates)
            {
                learned |= update.Offset > applied && Learn(update);
            }

            Version += learned ? 1 : 0;
        }

        return outcome;
    }

    /// <summary>What a reader needs to come from one version to this one.</summary>
    /// <param name="since">The reader's version; 0 for everything.</param>
    public PolicyChanges ChangesSince(long since)
    {
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
            ItemLambda = (float)Ridge.Options.ItemLambda,
            Shared = ImmutableCollectionsMarshal.AsImmutableArray(Ridge.FoldedWeights()),
            Items = items.ToImmutable(),
        };
    }

    private bool Learn(PolicyUpdate update)
    {
        var shape = Ridge.Shape;
        if (update.FeatureVersion != shape.Version || update.User.Length != shape.User || update.Item.Length != shape.Item
            || !float.IsFinite(update.Reward))
        {
            Misfits++;
            return false;
        }

        FeatureGrid.Unpack(update.User.AsSpan(), _user);
        FeatureGrid.Unpack(update.Item.AsSpan(), _item);
        if (!Ridge.Items.ContainsKey(update.ItemId))
        {
            _refreshOrder.Enqueue(update.ItemId);
        }

        if (update.Kind == PolicyUpdateKind.Observation)
        {
            Ridge.Learn(update.ItemId, _user, _item, update.Position, update.Reward);
            Observations++;
        }
        else
        {
            Ridge.Amend(update.ItemId, _user, _item, update.Position, update.Reward);
        }

        Ridge.Own(update.ItemId).ChangedIn = Version + 1;
        return true;
    }

    private ItemWeights Publish(string id, HybridRidge.ItemRidge own)
    {
        var weights = new float[Ridge.Shape.User];
        Ridge.FillOwnWeights(own, weights);
        return new ItemWeights(
            id,
            (float)own.Weight,
            ImmutableCollectionsMarshal.AsImmutableArray(weights),
            ImmutableArray.Create(own.Ridge.Covariance));
    }
}

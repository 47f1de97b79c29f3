using System.Collections.Immutable;
using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>What a policy has learned, as readers have it: weights in float32 by product number. Immutable, safe for concurrent use.</summary>
public sealed class PolicySnapshot
{
    private readonly ImmutableArray<float> _shared;
    private readonly ItemTable<ItemWeights> _items;
    private readonly Inheritance _inheritance;

    private PolicySnapshot(
        long version, PolicyShape shape, float itemLambda, PolicyStanding standing, ImmutableArray<float> shared, ItemTable<ItemWeights> items,
        Inheritance inheritance)
    {
        Version = version;
        Shape = shape;
        ItemLambda = itemLambda;
        Standing = standing;
        _shared = shared;
        _items = items;
        _inheritance = inheritance;
    }

    /// <summary>The owner's version it has; 0 before the first lesson.</summary>
    public long Version { get; }

    /// <summary>The shape of the features.</summary>
    public PolicyShape Shape { get; }

    /// <summary>λ₂.</summary>
    public float ItemLambda { get; }

    /// <summary>Where the policy stands.</summary>
    public PolicyStanding Standing { get; }

    /// <summary>A snapshot from everything an owner has.</summary>
    /// <param name="all">Changes since version 0.</param>
    /// <param name="directory">The numbers of the products.</param>
    /// <exception cref="InvalidOperationException">The changes are not since version 0.</exception>
    public static PolicySnapshot Create(PolicyChanges all, ItemDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(all);
        var nothing = ItemTable<ItemWeights>.Empty;
        return new PolicySnapshot(0, all.Shape, all.ItemLambda, all.Standing, all.Shared, nothing, new Inheritance(nothing, 0, 0)).With(all, directory);
    }

    /// <summary>The next version.</summary>
    /// <param name="changes">Changes from this version, or an earlier one, on.</param>
    /// <param name="directory">The numbers of the products; later versions must come with the same directory or one grown from it.</param>
    /// <exception cref="InvalidOperationException">
    /// Changes in between are missing (ask the owner for those since <see cref="Version"/>), or the features have another shape
    /// (start anew with <see cref="Create"/>).
    /// </exception>
    public PolicySnapshot With(PolicyChanges changes, ItemDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(directory);
        if (changes.From > Version || changes.Shape != Shape)
        {
            throw new InvalidOperationException(
                $"The changes lead from version {changes.From} with {changes.Shape} on, and this is version {Version} with {Shape}.");
        }

        if (changes.To < Version)
        {
            return this;
        }

        var items = _items.With(directory, changes.Items.Select(static i => KeyValuePair.Create(i.ItemId, i)));
        var inheritance = Inheriting(items, directory, changes.Standing.Observations);
        return new(changes.To, Shape, changes.ItemLambda, changes.Standing, changes.Shared, items, inheritance);
    }

    /// <summary>Takes in new products, and binds weights that came before theirs was in the catalogue. Cheap when there are none.</summary>
    public PolicySnapshot Bind(ItemDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var items = _items.Bind(directory);
        var inheritance = items.Waiting < _items.Waiting
            ? new Inheritance(items, directory.Count, Standing.Observations)
            : Inheriting(items, directory, Standing.Observations);
        return ReferenceEquals(items, _items) && ReferenceEquals(inheritance, _inheritance)
            ? this
            : new(Version, Shape, ItemLambda, Standing, _shared, items, inheritance);
    }

    /// <summary>uᵀΘ: after it, the shared part of a candidate's estimate is one dot product.</summary>
    internal void Project(ReadOnlySpan<float> user, Span<float> projection)
    {
        projection.Clear();
        var shared = _shared.AsSpan();
        for (var i = 0; i < Shape.User; i++)
        {
            if (user[i] != 0)
            {
                Simd.AddScaled(shared.Slice(i * Shape.Item, Shape.Item), user[i], projection);
            }
        }
    }

    /// <summary>An item's own weights; null when it was never observed.</summary>
    internal ItemWeights? Of(int item) => _items[item];

    /// <summary>What is believed of an item, with what it inherits from those like it.</summary>
    /// <param name="item">The item.</param>
    /// <param name="alike">Says what is like it; null for what it has learned itself alone.</param>
    internal ItemBelief BeliefOf(int item, CatalogSnapshot? alike) =>
        alike is null ? ItemBelief.Of(_items[item]) : _inheritance.Of(item, _items[item], alike);

    private Inheritance Inheriting(ItemTable<ItemWeights> items, ItemDirectory directory, long observations) =>
        _inheritance.IsOutgrown(directory.Count, observations)
            ? new Inheritance(items, directory.Count, observations)
            : _inheritance.WithRoom(directory.Count);
}

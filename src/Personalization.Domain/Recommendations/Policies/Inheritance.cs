using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// What an item takes over from the items most like it by content while little is known of itself: the prior mean m of its own
/// weights. Worked out the first time somebody asks and kept; two threads may work out the same row at once, and come to the same.
/// </summary>
/// <remarks>
/// <para>
/// Items that are alike are taken as draws around one mean (the exchangeable model of Lindley, Smith: "Bayes estimates for the
/// linear model", JRSS B 1972, each draw weighted by its likeness): m = Σ sₙηₙ / (κ + Σ sₙcₙ), with s the square of the similarity.
/// cₙ = eₙ/(eₙ + λ₂) is how much of what a neighbour's ridge says is its own record, so that ηₙ/cₙ is about what the record says
/// alone, and κ is what speaks for no difference at all. Neighbours speak with what they learned themselves and never with what they
/// inherited: nothing goes in circles.
/// </para>
/// <para>
/// With the prior mean Θz̄ + m a ridge has the mean η + λ₂Pm. Nothing that is stored knows of m, and it fades exactly as P shrinks.
/// </para>
/// <para>
/// Neighbours' weights are those of the version it was made for, so that m is worked out once and not with each of many versions a
/// second; <see cref="IsOutgrown"/> says when another is due. An item's own weights are always those of the reader's version.
/// </para>
/// </remarks>
internal sealed class Inheritance
{
    // Two neighbours that are the same in everything, and of which all is known, are believed by one half.
    private const float Reluctance = 2;

    // Observations after which neighbours say something else by now: the more there were, the less each of them moves.
    private const long LeastGrowth = 64;
    private const long MostGrowth = 4096;
    private const long GrowthOneIn = 32;

    private static readonly Row s_nothing = new(null, [], [], 0);

    private readonly ItemTable<ItemWeights> _learned;
    private readonly Row?[] _rows;
    private readonly long _observations;

    /// <param name="learned">What items have learned themselves.</param>
    /// <param name="count">How many products there are.</param>
    /// <param name="observations">How many observations that rests on.</param>
    public Inheritance(ItemTable<ItemWeights> learned, int count, long observations)
        : this(learned, new Row?[count], observations)
    {
    }

    private Inheritance(ItemTable<ItemWeights> learned, Row?[] rows, long observations) =>
        (_learned, _rows, _observations) = (learned, rows, observations);

    /// <summary>Whether so much has been learned since, or so many products have come, that another is due.</summary>
    public bool IsOutgrown(int count, long observations) =>
        observations - _observations >= Math.Clamp(_observations / GrowthOneIn, LeastGrowth, MostGrowth)
        || count - _rows.Length > _rows.Length / 8;

    /// <summary>The same with room for some more products.</summary>
    public Inheritance WithRoom(int count)
    {
        if (count <= _rows.Length)
        {
            return this;
        }

        var rows = new Row?[count];
        Array.Copy(_rows, rows, _rows.Length);
        return new Inheritance(_learned, rows, _observations);
    }

    /// <summary>The mean of an item's weights, η + λ₂Pm.</summary>
    /// <param name="item">The item.</param>
    /// <param name="own">What it has learned itself; null for nothing.</param>
    /// <param name="catalog">Says what is like it.</param>
    public ItemBelief Of(int item, ItemWeights? own, CatalogSnapshot catalog)
    {
        if (item >= _rows.Length || _observations == 0)
        {
            return ItemBelief.Of(own);
        }

        ref var slot = ref _rows[item];
        var row = Volatile.Read(ref slot);
        if (row is null || !ReferenceEquals(row.Own, own))
        {
            row = RowOf(own, row?.Prior ?? PriorOf(item, catalog));
            Volatile.Write(ref slot, row);
        }

        return new ItemBelief(row.Weights, row.Evidence);
    }

    /// <summary>m; empty where no neighbour has learned anything.</summary>
    private float[] PriorOf(int item, CatalogSnapshot catalog)
    {
        var near = catalog.Neighbours.Of(item, catalog);
        float[]? sum = null;
        var known = Reluctance;
        for (var n = 0; n < near.Items.Length; n++)
        {
            if (_learned[near.Items[n]] is { } neighbour)
            {
                // Squared: products that have but the category in common say little of one another.
                var alike = near.Similarities[n] * near.Similarities[n];
                Simd.AddScaled(neighbour.Weights.AsSpan(), alike, sum ??= new float[neighbour.Weights.Length]);
                known += alike * neighbour.Evidence / (neighbour.Evidence + neighbour.Lambda);
            }
        }

        foreach (ref var weight in sum.AsSpan())
        {
            weight /= known;
        }

        return sum ?? [];
    }

    private static Row RowOf(ItemWeights? own, float[] prior)
    {
        if (own is null)
        {
            return prior.Length == 0 ? s_nothing : new Row(null, prior, prior, 0);
        }

        var weights = own.Weights.AsSpan().ToArray();
        if (prior.Length > 0)
        {
            var faded = new float[prior.Length];
            PackedSymmetric<float>.Multiply(own.Covariance.AsSpan(), prior, faded);
            Simd.AddScaled(faded, own.Lambda, weights);
        }

        return new Row(own, prior, weights, own.Evidence);
    }

    private sealed record Row(ItemWeights? Own, float[] Prior, float[] Weights, float Evidence);
}

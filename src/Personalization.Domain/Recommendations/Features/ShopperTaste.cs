using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Recommendations.Features;

/// <summary>
/// What one shopper likes, worked out of what they were shown and did: a weight per price band, category, brand and
/// attribute, so that the weights of a product's parts add up to the log-odds by which they choose it more often than others.
/// </summary>
/// <remarks>
/// <para>
/// The maximum a posteriori of a logistic regression with a normal prior per kind of part (Chapelle, Li: "An empirical
/// evaluation of Thompson sampling", NIPS 2011, without their diagonal carried over): what was passed over counts against
/// its parts, what was looked at, put into the cart or bought counts for them, and parts that always come together share
/// what they explain. A few steps from zero, each bounded by the curvature of all parts of a product together, are enough:
/// the priors are stronger than what one shopper tells.
/// </para>
/// <para>Bounded: at most <see cref="MostObserved"/> observations, the newest of each kind. Part of the workspace.</para>
/// </remarks>
internal sealed class ShopperTaste
{
    /// <summary>The most observations that are weighed.</summary>
    public const int MostObserved = 256;

    /// <summary>Log-odds at which an average suggestion is clicked, before anything is known: 6 in 100.</summary>
    private const float BaseLogit = -2.7f;

    private const int Steps = 4;

    // What the weights of each kind scatter around 0 by, as one over the variance: categories are told apart most.
    private const float InterceptPrecision = 2;
    private const float PricePrecision = 6;
    private const float CategoryPrecision = 2;
    private const float ParentPrecision = 6;
    private const float BrandPrecision = 3;
    private const float AttributePrecision = 4;

    // What a doing counts for, in clicks; what was passed over again and again stops counting after some times.
    private const float Look = 1;
    private const float Cart = 1;
    private const float Purchase = 2;
    private const float Dismissal = 2;
    private const int MostTimesPassedOver = 3;

    // By how much the curvature along one weight is raised so that a step of all weights at once does not overshoot.
    private const float Together = 6;

    // Where chances are small the curvature says too little of how far to go.
    private const float LargestMove = 0.75f;

    private readonly List<int> _parts = [];
    private readonly int[] _observed = new int[MostObserved];
    private readonly float[] _for = new float[MostObserved];
    private readonly float[] _against = new float[MostObserved];
    private float[] _weights = [];
    private float[] _gradient = [];
    private float[] _curvature = [];
    private float[] _precision = [];
    private int _count;

    /// <summary>How many observations it rests on.</summary>
    public int Count => _count;

    /// <summary>The parts that have a weight, in the order they were met.</summary>
    public IReadOnlyList<int> Parts => _parts;

    /// <summary>The weight of a part, in log-odds.</summary>
    public float WeightOf(int part) => _weights[part];

    /// <summary>The weights of a row of parts, added up.</summary>
    public float Of(ReadOnlySpan<int> row)
    {
        var weights = _weights;
        var sum = 0f;
        foreach (var part in row)
        {
            sum += weights[part];
        }

        return sum;
    }

    /// <summary>Works the weights out. <see cref="Clear"/> comes first.</summary>
    public void Fill(CatalogSnapshot catalog, in ShopperView shopper, Candidates.ItemMap<int> places)
    {
        Reserve(TasteParts.Count(catalog.Columns.Facets.Count));
        places.Clear();
        Observe(catalog, shopper.Purchased, Purchase, 0, places);
        Observe(catalog, shopper.InCart, Cart, 0, places);
        Observe(catalog, shopper.Viewed, Look, 0, places);
        Observe(catalog, shopper.Dismissed, 0, Dismissal, places);
        foreach (ref readonly var shown in shopper.Shown)
        {
            Observe(catalog, shown.ProductId, 0, Math.Min(shown.Times, MostTimesPassedOver), places);
        }

        Forgive();
        Meet(catalog);
        var intercept = BaseLogit;
        for (var step = 0; step < Steps && _count > 0; step++)
        {
            intercept = Step(catalog, intercept);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (var part in _parts)
        {
            _weights[part] = 0;
            _precision[part] = 0;
        }

        _parts.Clear();
        _count = 0;
    }

    private void Observe(CatalogSnapshot catalog, ReadOnlySpan<ProductAt> products, float speaksFor, float speaksAgainst, Candidates.ItemMap<int> places)
    {
        foreach (ref readonly var product in products)
        {
            Observe(catalog, product.ProductId, speaksFor, speaksAgainst, places);
        }
    }

    private void Observe(CatalogSnapshot catalog, string productId, float speaksFor, float speaksAgainst, Candidates.ItemMap<int> places)
    {
        if (!catalog.Directory.TryFind(productId, out var item))
        {
            return;
        }

        ref var place = ref places.Slot(item, out var added);
        if (added)
        {
            if (_count == MostObserved)
            {
                place = -1;
                return;
            }

            place = _count++;
            _observed[place] = item;
            _for[place] = 0;
            _against[place] = 0;
        }

        if (place >= 0)
        {
            _for[place] += speaksFor;
            _against[place] += speaksAgainst;
        }
    }

    /// <summary>One of the times that something was shown is the one at which it was chosen: that was no passing over.</summary>
    private void Forgive()
    {
        for (var i = 0; i < _count; i++)
        {
            _against[i] = _for[i] > 0 ? Math.Max(0, _against[i] - 1) : _against[i];
        }
    }

    private void Meet(CatalogSnapshot catalog)
    {
        for (var i = 0; i < _count; i++)
        {
            var row = catalog.TasteParts(_observed[i]);
            for (var slot = 0; slot < row.Length; slot++)
            {
                if (row[slot] != TasteParts.Nothing && _precision[row[slot]] == 0)
                {
                    _precision[row[slot]] = PrecisionAt(slot);
                    _parts.Add(row[slot]);
                }
            }
        }
    }

    /// <summary>One bounded Newton step for all weights at once; returns the next intercept.</summary>
    private float Step(CatalogSnapshot catalog, float intercept)
    {
        var gradient = InterceptPrecision * (BaseLogit - intercept);
        var curvature = 0f;
        for (var i = 0; i < _count; i++)
        {
            var row = catalog.TasteParts(_observed[i]);
            var chance = 1 / (1 + MathF.Exp(-intercept - Of(row)));
            var error = (_for[i] * (1 - chance)) - (_against[i] * chance);
            var bend = (_for[i] + _against[i]) * chance * (1 - chance);
            gradient += error;
            curvature += bend;
            foreach (var part in row)
            {
                _gradient[part] += error;
                _curvature[part] += bend;
            }
        }

        foreach (var part in _parts)
        {
            ref var weight = ref _weights[part];
            var move = (_gradient[part] - (_precision[part] * weight)) / ((Together * _curvature[part]) + _precision[part]);
            weight += Math.Clamp(move, -LargestMove, LargestMove);
            _gradient[part] = 0;
            _curvature[part] = 0;
        }

        _gradient[TasteParts.Nothing] = 0;
        _curvature[TasteParts.Nothing] = 0;
        return intercept + (gradient / ((Together * curvature) + InterceptPrecision));
    }

    private static float PrecisionAt(int slot) => slot switch
    {
        TasteParts.PriceSlot => PricePrecision,
        TasteParts.CategorySlot => CategoryPrecision,
        TasteParts.ParentSlot => ParentPrecision,
        TasteParts.BrandSlot => BrandPrecision,
        _ => AttributePrecision,
    };

    private void Reserve(int parts)
    {
        if (_weights.Length >= parts)
        {
            return;
        }

        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, parts));
        Array.Resize(ref _weights, size);
        Array.Resize(ref _gradient, size);
        Array.Resize(ref _curvature, size);
        Array.Resize(ref _precision, size);
    }
}

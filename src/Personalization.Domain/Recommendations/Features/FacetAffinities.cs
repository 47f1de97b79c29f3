using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Recommendations.Features;

/// <summary>A shopper's affinities laid out by the catalogue's facets, so that a candidate's are found by number.</summary>
internal sealed class FacetAffinities
{
    /// <summary>How many facets are named as those the shopper is drawn to.</summary>
    public const int DrawnCount = 4;

    private const float DrawnFrom = 0.1f;

    private readonly List<int> _written = [];
    private readonly int[] _drawn = new int[DrawnCount];
    // A place before the first facet's is always 0: that of no facet, −1.
    private float[] _values = [0];
    private int _drawnCount;

    /// <summary>The categories and brands the shopper is drawn to most, strongest first.</summary>
    public ReadOnlySpan<int> Drawn => _drawn.AsSpan(0, _drawnCount);

    /// <summary>The affinity to a facet, [−1, 1]; 0 when nothing is known.</summary>
    public float this[int facet] => _values[facet + 1];

    /// <summary>Affinities by a facet's number plus one, so that that of no facet, −1, is there as well: 0.</summary>
    public ReadOnlySpan<float> ByNumberPlusOne => _values;

    /// <summary>Lays out affinities. <see cref="Clear"/> comes first.</summary>
    public void Fill(CatalogSnapshot catalog, in ShopperView shopper)
    {
        var facets = catalog.Columns.Facets;
        if (_values.Length <= facets.Count)
        {
            Array.Resize(ref _values, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)facets.Count + 1));
        }

        Write(facets, shopper.Categories, canDraw: true);
        Write(facets, shopper.Brands, canDraw: true);
        Write(facets, shopper.Attributes, canDraw: false);
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        foreach (var facet in _written)
        {
            _values[facet + 1] = 0;
        }

        _written.Clear();
        _drawnCount = 0;
    }

    private void Write(GrowingIndex<ulong> facets, ReadOnlySpan<FacetAffinity> affinities, bool canDraw)
    {
        foreach (ref readonly var affinity in affinities)
        {
            if (facets.TryFind(affinity.Hash, out var facet) && float.IsFinite(affinity.Mean))
            {
                _values[facet + 1] = Math.Clamp(affinity.Mean, -1, 1);
                _written.Add(facet);
                if (canDraw && affinity.Mean > DrawnFrom)
                {
                    Draw(facet, affinity.Mean);
                }
            }
        }
    }

    private void Draw(int facet, float mean)
    {
        var at = _drawnCount;
        while (at > 0 && this[_drawn[at - 1]] < mean)
        {
            at--;
        }

        if (at < DrawnCount)
        {
            _drawnCount = Math.Min(DrawnCount, _drawnCount + 1);
            _drawn.AsSpan(at, _drawnCount - at - 1).CopyTo(_drawn.AsSpan(at + 1));
            _drawn[at] = facet;
        }
    }
}

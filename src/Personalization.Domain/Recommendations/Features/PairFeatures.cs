using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Features;

/// <summary>Makes the candidates' side of the features for one shopper.</summary>
internal readonly ref struct PairFeatures
{
    private const int SeedsCompared = 2;
    private const float DaysToHalfNewness = 14;

    private readonly CatalogSnapshot _catalog;
    private readonly FacetAffinities _affinities;
    private readonly ItemMap<float> _coVisits;
    private readonly int _segment;
    private readonly float _thrift;
    private readonly long _nowTicks;
    private readonly ItemContent _firstSeed;
    private readonly ItemContent _secondSeed;
    private readonly int _seeds;

    /// <param name="catalog">The catalogue.</param>
    /// <param name="workspace">Holds affinities, co-visitation and seeds.</param>
    /// <param name="segment">The shopper's segment.</param>
    /// <param name="thrift">How much a low price attracts the shopper, [−1, 1], less what is unsure of it.</param>
    /// <param name="nowTicks">The moment, in UTC ticks.</param>
    public PairFeatures(CatalogSnapshot catalog, RecommendWorkspace workspace, ShopperSegment segment, float thrift, long nowTicks)
    {
        _catalog = catalog;
        _affinities = workspace.Affinities;
        _coVisits = workspace.CoVisits;
        _segment = (int)segment;
        _thrift = thrift;
        _nowTicks = nowTicks;
        _seeds = Math.Min(SeedsCompared, workspace.SeedCount);
        _firstSeed = _seeds > 0 ? catalog.Content(workspace.Seeds[0]) : ItemContent.None;
        _secondSeed = _seeds > 1 ? catalog.Content(workspace.Seeds[1]) : ItemContent.None;
    }

    /// <summary>Fills in <see cref="FeatureSchema.ItemCount"/> features of a candidate, each on the <see cref="FeatureGrid"/>.</summary>
    public void Fill(int item, Span<float> features)
    {
        var columns = _catalog.Columns;
        features = features[..FeatureSchema.ItemCount];
        columns.Features.Row(item).CopyTo(features);
        features[(int)ItemFeature.Newness] = Newness(columns.LaunchedAt[item]);
        FillAffinities(columns.ItemFacets[item], features);
        features[(int)ItemFeature.PriceFit] = -_thrift * features[(int)ItemFeature.Price];
        var strength = _coVisits[item];
        features[(int)ItemFeature.CoVisitation] = strength / (strength + 0.5f);
        features[(int)ItemFeature.Likeness] = Likeness(columns.Content[item]);
        features[(int)ItemFeature.SegmentPopularity] = columns.Popularity.Row(item)[_segment];
        features[(int)ItemFeature.Trending] = columns.Trend[item];
        for (var i = (int)ItemFeature.Newness; i < features.Length; i++)
        {
            features[i] = FeatureGrid.SnapBounded(features[i]);
        }
    }

    private float Newness(long launchedAt)
    {
        var days = (_nowTicks - launchedAt) / (float)TimeSpan.TicksPerDay;
        return DaysToHalfNewness / (DaysToHalfNewness + Math.Max(0, days));
    }

    private void FillAffinities(ItemFacets? facets, Span<float> features)
    {
        var (category, brand, attributes) = (0f, 0f, 0f);
        if (facets is not null)
        {
            var above = 0f;
            for (var i = 0; i < facets.Categories.Length - 1; i++)
            {
                above += _affinities[facets.Categories[i]];
            }

            category = facets.Categories.Length > 1
                ? (0.6f * _affinities[facets.Category]) + (0.4f * above / (facets.Categories.Length - 1))
                : _affinities[facets.Category];
            brand = _affinities[facets.Brand];
            foreach (var attribute in facets.Attributes)
            {
                attributes += _affinities[attribute];
            }

            // As of independent opinions: three mild ones are more than one, and less than their sum.
            attributes = facets.Attributes.Length == 0 ? 0 : Math.Clamp(attributes / MathF.Sqrt(facets.Attributes.Length), -1, 1);
        }

        features[(int)ItemFeature.CategoryAffinity] = category;
        features[(int)ItemFeature.BrandAffinity] = brand;
        features[(int)ItemFeature.AttributeAffinity] = attributes;
    }

    private float Likeness(in ItemContent content)
    {
        if (_seeds == 0)
        {
            return 0;
        }

        var first = ItemContent.Similarity(content, _firstSeed);
        return _seeds == 1 ? first : Math.Max(first, 0.8f * ItemContent.Similarity(content, _secondSeed));
    }
}

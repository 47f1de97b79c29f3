using System.Runtime.CompilerServices;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations.Features;

/// <summary>Makes the candidates' side of the features for one shopper.</summary>
internal readonly ref struct PairFeatures
{
    private const int SeedsCompared = 2;
    private const float DaysToHalfNewness = 14;
    private const int ExposuresCounted = 4;

    // Beyond these the grid ends.
    private const float MostTaste = 3.9f;
    private const float MostAppeal = 2.1f;

    private readonly CatalogSnapshot _catalog;
    private readonly ChunkedColumn<ItemRow> _rows;
    private readonly ReadOnlySpan<float> _affinities;
    private readonly ItemMap<SeedSignals> _signals;
    private readonly ItemMap<int> _exposures;
    private readonly ShopperTaste _taste;
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
        _rows = catalog.Columns.Rows;
        _affinities = workspace.Affinities.ByNumberPlusOne;
        _signals = workspace.Signals;
        _exposures = workspace.Exposures;
        _taste = workspace.Taste;
        _segment = (int)segment;
        _thrift = thrift;
        _nowTicks = nowTicks;
        _seeds = Math.Min(SeedsCompared, workspace.SeedCount);
        _firstSeed = _seeds > 0 ? catalog.Content(workspace.Seeds[0]) : ItemContent.None;
        _secondSeed = _seeds > 1 ? catalog.Content(workspace.Seeds[1]) : ItemContent.None;
    }

    /// <summary>Fills in <see cref="FeatureSchema.ItemCount"/> features of a candidate, each on the <see cref="FeatureGrid"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(int item, Span<float> features)
    {
        ref readonly var row = ref _rows[item];
        features = features[..FeatureSchema.ItemCount];
        FillOfNow(row, features);
        if (row.Facets.TooMany)
        {
            FillAffinitiesOf(_catalog.Columns.ItemFacets[item], features);
        }
        else
        {
            FillAffinities(row.Facets.Categories, row.Facets.Brand, row.Facets.Attributes, features);
        }

        var strength = _signals[item].Strength;
        features[(int)ItemFeature.CoVisitation] = FeatureGrid.SnapBounded(strength / (strength + 0.5f));
        features[(int)ItemFeature.Likeness] = FeatureGrid.SnapBounded(Likeness(row.Content));
        FillTaste(item, features);
    }

    /// <summary>The same for a candidate that was kept: what the shopper's past says of it is known, and the rest is as of now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(in KeptPool.Member kept, Span<float> features)
    {
        features = features[..FeatureSchema.ItemCount];
        FillOfNow(_rows[kept.Item], features);
        kept.Unpack(features);
    }

    /// <summary>What changes without the shopper's doing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FillOfNow(in ItemRow row, Span<float> features)
    {
        ((ReadOnlySpan<float>)row.Features).CopyTo(features);
        features[(int)ItemFeature.Newness] = FeatureGrid.SnapBounded(Newness(row.LaunchedAt));
        features[(int)ItemFeature.PriceFit] = FeatureGrid.SnapBounded(-_thrift * features[(int)ItemFeature.Price]);
        features[(int)ItemFeature.SegmentPopularity] = FeatureGrid.SnapBounded(row.Popularity[_segment]);
        features[(int)ItemFeature.Trending] = FeatureGrid.SnapBounded(row.Trend);
        features[(int)ItemFeature.OfflineScore] = row.OfflineScore;
    }

    private void FillTaste(int item, Span<float> features)
    {
        var taste = Math.Clamp(_taste.Of(_catalog.TasteParts(item)), -MostTaste, MostTaste);
        features[(int)ItemFeature.Taste] = FeatureGrid.SnapBounded(0.5f * taste);
        features[(int)ItemFeature.Appeal] = FeatureGrid.SnapBounded((MathF.Exp(Math.Min(taste, MostAppeal)) - 1) / 4);
        features[(int)ItemFeature.Exposure] = FeatureGrid.SnapBounded(Math.Min(_exposures[item], ExposuresCounted) / (float)ExposuresCounted);
    }

    private float Newness(long launchedAt)
    {
        var days = (_nowTicks - launchedAt) / (float)TimeSpan.TicksPerDay;
        return DaysToHalfNewness / (DaysToHalfNewness + Math.Max(0, days));
    }

    private void FillAffinitiesOf(ItemFacets? facets, Span<float> features) =>
        FillAffinities(facets?.Categories, facets?.Brand ?? -1, facets?.Attributes, features);

    private void FillAffinities(ReadOnlySpan<int> categories, int brand, ReadOnlySpan<int> attributes, Span<float> features)
    {
        var (deepest, above, sum) = (0f, 0f, 0f);
        foreach (var facet in categories)
        {
            above += deepest;
            deepest = _affinities[facet + 1];
        }

        foreach (var attribute in attributes)
        {
            sum += _affinities[attribute + 1];
        }

        var category = categories.Length > 1 ? (0.6f * deepest) + (0.4f * above / (categories.Length - 1)) : deepest;

        // As of independent opinions: three mild ones are more than one, and less than their sum.
        var all = attributes.IsEmpty ? 0 : Math.Clamp(sum / MathF.Sqrt(attributes.Length), -1, 1);
        features[(int)ItemFeature.CategoryAffinity] = FeatureGrid.SnapBounded(category);
        features[(int)ItemFeature.BrandAffinity] = FeatureGrid.SnapBounded(_affinities[brand + 1]);
        features[(int)ItemFeature.AttributeAffinity] = FeatureGrid.SnapBounded(all);
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

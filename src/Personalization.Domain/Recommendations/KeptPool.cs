using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Recommendations;

/// <summary>
/// The candidates that one slate was drawn from, kept for the next one of the same shopper: while nothing has happened to
/// the shopper, the same products suit them. What else a candidate is known by (what others feel about it, its price, how
/// popular it is, what the policy has learned, the shopper's mood) is looked up anew for each slate.
/// </summary>
/// <remarks>
/// Good for as long as the profile has not changed, no product was changed, came or left, and the request asks for the same
/// kind of page; and at most for <see cref="RecommenderOptions.KeepPoolFor"/>, after which products that have become popular or
/// liked meanwhile are looked for again. Some kilobyte. Immutable.
/// </remarks>
public sealed class KeptPool
{
    /// <summary>The features that follow from what the shopper did, in the order in which they are kept.</summary>
    private static ReadOnlySpan<byte> OfShopper =>
    [
        (byte)ItemFeature.CategoryAffinity, (byte)ItemFeature.BrandAffinity, (byte)ItemFeature.AttributeAffinity,
        (byte)ItemFeature.CoVisitation, (byte)ItemFeature.Likeness, (byte)ItemFeature.Taste, (byte)ItemFeature.Appeal,
        (byte)ItemFeature.Exposure,
    ];

    private readonly Key _key;
    private readonly long _madeAt;
    private readonly Member[] _members;

    private KeptPool(Key key, long madeAt, bool isStranger, Member[] members)
    {
        _key = key;
        _madeAt = madeAt;
        IsStranger = isStranger;
        _members = members;
    }

    /// <summary>Whether nothing was known of what the shopper likes.</summary>
    internal bool IsStranger { get; }

    internal ReadOnlySpan<Member> Members => _members;

    /// <summary>Keeps the candidates in the workspace's pool.</summary>
    internal static KeptPool Keep(Key key, DateTimeOffset now, int pool, RecommendWorkspace workspace)
    {
        var members = new Member[pool];
        for (var i = 0; i < pool; i++)
        {
            var candidate = workspace.Pool[i];
            var row = workspace.Features.AsSpan(candidate * FeatureSchema.ItemCount, FeatureSchema.ItemCount);
            ref var member = ref members[i];
            member.Item = workspace.Candidates.Items[candidate];
            member.Source = workspace.Candidates.Sources[candidate];
            for (var f = 0; f < OfShopper.Length; f++)
            {
                member.Features[f] = FeatureGrid.Pack(row[OfShopper[f]]);
            }
        }

        return new KeptPool(key, now.UtcTicks, workspace.IsStranger, members);
    }

    /// <summary>Whether a slate may be drawn from it.</summary>
    internal bool IsGoodFor(Key key, DateTimeOffset now, TimeSpan lifetime)
    {
        var age = now.UtcTicks - _madeAt;
        return age >= 0 && age < lifetime.Ticks && key == _key;
    }

    /// <summary>What a slate's candidates follow from.</summary>
    internal readonly record struct Key(
        long Revision, long ProductsVersion, bool HasPolicy, bool HasCoVisitation, bool HasFactors, bool IsKnown, Touchpoint Touchpoint,
        ContextFeatures Context, int PageSize, bool InStockOnly, bool? AllowRepurchase)
    {
        /// <summary>The key of a request that comes again and again, the next page of the same kind; null for one with products or filters of its own.</summary>
        public static Key? Of(in RecommendInput input, CatalogSnapshot catalog)
        {
            var request = input.Request;
            var filter = request.Filter;
            if (input.Arm != RankingArm.Engine || input.IsApprentice || !request.Candidates.IsDefault || request.Explain
                || request.SeedIds.Length + request.ExcludedIds.Length + request.Rules.Length + filter.Brands.Length + filter.Categories.Length > 0
                || filter.MinPrice is not null || filter.MaxPrice is not null)
            {
                return null;
            }

            return new Key(
                input.Shopper.Revision, catalog.ProductsVersion, input.Policy is not null, input.CoVisitation is not null, input.Factors is not null,
                !input.Shopper.Features.IsEmpty, request.Touchpoint, request.Context, request.PageSize, filter.InStockOnly, request.AllowRepurchase);
        }
    }

    /// <summary>A candidate, and what the shopper's past says of it. Thirteen bytes: there are many of these for every shopper.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct Member
    {
        public int Item;
        public CandidateSource Source;
        public Packed Features;

        /// <summary>Puts the kept features where they belong in a row.</summary>
        public readonly void Unpack(Span<float> row)
        {
            for (var f = 0; f < OfShopper.Length; f++)
            {
                row[OfShopper[f]] = FeatureGrid.Unpack(Features[f]);
            }
        }
    }

    /// <summary>One byte per feature that is kept.</summary>
    [InlineArray(8)]
    internal struct Packed
    {
        private sbyte _first;
    }
}

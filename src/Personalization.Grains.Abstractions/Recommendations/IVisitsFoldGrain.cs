using Orleans.Concurrency;
using Personalization.Grains.Ingestion;

namespace Personalization.Grains.Recommendations;

/// <summary>What is looked at together, and what is popular, keyed by the catalogue's name: the one owner of both.</summary>
[Alias("personalization.IVisitsFoldGrain")]
public interface IVisitsFoldGrain : IRangeFoldGrain
{
    /// <summary>What has changed in the co-visitation graph since a version, as its codec writes it; empty when nothing has.</summary>
    /// <param name="sinceVersion">The version that the silo has; 0 for none.</param>
    [AlwaysInterleave]
    [Alias("GetCoVisitation")]
    Task<Immutable<byte[]>> GetCoVisitation(long sinceVersion);

    /// <summary>What has changed in popularity since a version.</summary>
    /// <param name="sinceVersion">The version that the silo has; 0 for none.</param>
    [AlwaysInterleave]
    [Alias("GetPopularity")]
    Task<PopularityChanges> GetPopularity(long sinceVersion);
}

/// <summary>Changes of popularity.</summary>
/// <param name="Version">The version after them.</param>
/// <param name="Rows">The products whose popularity changed.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.PopularityChanges")]
public sealed record PopularityChanges([property: Id(0)] long Version, [property: Id(1)] PopularityRow[] Rows);

/// <summary>A product's popularity.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="BySegment">Per segment of shoppers, [0, 1).</param>
/// <param name="Trend">How much more it is looked at now than usual, [0, 1).</param>
[GenerateSerializer, Immutable]
[Alias("personalization.PopularityRow")]
public readonly record struct PopularityRow(
    [property: Id(0)] string ProductId, [property: Id(1)] float[] BySegment, [property: Id(2)] float Trend);

using Orleans.Concurrency;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Recommendations;

/// <summary>What is looked at together, and what is popular, keyed by the catalogue's name: the one owner of both.</summary>
[Alias("personalization.IVisitsFoldGrain")]
public interface IVisitsFoldGrain : IRangeFoldGrain
{
    /// <summary>What a silo's copy of the co-visitation graph lacks, as its codec writes it.</summary>
    /// <param name="since">What the silo has.</param>
    [AlwaysInterleave]
    [Alias("GetCoVisitation")]
    Task<SnapshotChanges> GetCoVisitation(SnapshotPosition since);

    /// <summary>What a silo's copy of popularity lacks.</summary>
    /// <param name="since">What the silo has.</param>
    [AlwaysInterleave]
    [Alias("GetPopularity")]
    Task<PopularityChanges> GetPopularity(SnapshotPosition since);
}

/// <summary>Changes of popularity.</summary>
/// <param name="Position">What the copy is of with them.</param>
/// <param name="Rows">The products whose popularity changed.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.PopularityChanges")]
public sealed record PopularityChanges([property: Id(0)] SnapshotPosition Position, [property: Id(1)] PopularityRow[] Rows);

/// <summary>A product's popularity.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="BySegment">Per segment of shoppers, [0, 1).</param>
/// <param name="Trend">How much more it is looked at now than usual, [0, 1).</param>
/// <param name="Rhythm">Of its purchases, decayed: their number, that of repeats, Σ ln days between and Σ of its square; null when there are none.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.PopularityRow")]
public readonly record struct PopularityRow(
    [property: Id(0)] string ProductId,
    [property: Id(1)] float[] BySegment,
    [property: Id(2)] float Trend,
    [property: Id(3)] double[]? Rhythm = null);

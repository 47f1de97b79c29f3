using Orleans.Concurrency;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Recommendations;

/// <summary>What is looked at together, and what is popular, keyed by the catalogue's name: the one owner of both.</summary>
[Alias("personalization.IVisitsFoldGrain")]
public interface IVisitsFoldGrain : IRangeFoldGrain
{
    /// <summary>A part of what a silo's copy of the co-visitation graph lacks.</summary>
    /// <param name="since">What the silo had before the first part; once a part was whole, version 0 of its epoch.</param>
    /// <param name="knownIds">Of how many of the graph's products the silo knows the ids.</param>
    /// <param name="from">Where the last part ended; 0 for the first.</param>
    [AlwaysInterleave]
    [Alias("GetNeighbours")]
    Task<NeighbourChanges> GetNeighbours(SnapshotPosition since, int knownIds, int from);

    /// <summary>What a silo's copy of popularity lacks.</summary>
    /// <param name="since">What the silo has.</param>
    [AlwaysInterleave]
    [Alias("GetPopularity")]
    Task<PopularityChanges> GetPopularity(SnapshotPosition since);
}

/// <summary>A part of what a silo's copy of the co-visitation graph lacks.</summary>
/// <param name="Position">What the copy is of once it has this part and those that follow.</param>
/// <param name="Body">What it lacks, as the owner's codec writes it; empty when it lacks nothing.</param>
/// <param name="StartsOver">The copy, and the parts before, were of another epoch: this is the first part of everything.</param>
/// <param name="End">Where it ends; below 0 when it is the last.</param>
[GenerateSerializer, Immutable]
[Alias("personalization.NeighbourChanges")]
public sealed record NeighbourChanges(
    [property: Id(0)] SnapshotPosition Position, [property: Id(1)] byte[] Body, [property: Id(2)] bool StartsOver, [property: Id(3)] int End);

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

using Orleans.Concurrency;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Recommendations;

/// <summary>What the recommendation policy has learned, keyed by the policy's name: the one owner of its statistics.</summary>
[Alias("personalization.IPolicyFoldGrain")]
public interface IPolicyFoldGrain : IRangeFoldGrain
{
    /// <summary>What a silo's snapshot lacks, as its codec writes it.</summary>
    /// <param name="since">What the silo has.</param>
    [AlwaysInterleave]
    [Alias("GetChanges")]
    Task<SnapshotChanges> GetChanges(SnapshotPosition since);

    /// <summary>What a silo's copy of the modes lacks: all of it but what it has of the shadow's model.</summary>
    /// <param name="since">What the silo has.</param>
    /// <param name="shadow">The number of the shadow that the silo has; 0 for none.</param>
    /// <param name="shadowVersion">The version of its model that the silo has; 0 for none.</param>
    [AlwaysInterleave]
    [Alias("GetModes")]
    Task<SnapshotChanges> GetModes(SnapshotPosition since, long shadow, long shadowVersion);
}

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
}

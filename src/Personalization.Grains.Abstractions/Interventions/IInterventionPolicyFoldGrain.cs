using Orleans.Concurrency;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Interventions;

/// <summary>What became of interventions, keyed by the policy's name: the one owner of its statistics.</summary>
[Alias("personalization.IInterventionPolicyFoldGrain")]
public interface IInterventionPolicyFoldGrain : IRangeFoldGrain
{
    /// <summary>The statistics, as their codec writes them, when a silo has others.</summary>
    /// <param name="since">What the silo has.</param>
    [AlwaysInterleave]
    [Alias("GetStatistics")]
    Task<SnapshotChanges> GetStatistics(SnapshotPosition since);
}

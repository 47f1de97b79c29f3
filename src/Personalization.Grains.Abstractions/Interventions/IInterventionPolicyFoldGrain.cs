using Orleans.Concurrency;
using Personalization.Grains.Ingestion;

namespace Personalization.Grains.Interventions;

/// <summary>What became of interventions, keyed by the policy's name: the one owner of its statistics.</summary>
[Alias("personalization.IInterventionPolicyFoldGrain")]
public interface IInterventionPolicyFoldGrain : IRangeFoldGrain
{
    /// <summary>The statistics, as their codec writes them, when they are newer than a version; empty otherwise.</summary>
    [AlwaysInterleave]
    [Alias("GetStatistics")]
    Task<Immutable<byte[]>> GetStatistics(long sinceVersion);
}

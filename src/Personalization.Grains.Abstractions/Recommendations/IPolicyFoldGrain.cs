using Orleans.Concurrency;
using Personalization.Grains.Ingestion;

namespace Personalization.Grains.Recommendations;

/// <summary>What the recommendation policy has learned, keyed by the policy's name: the one owner of its statistics.</summary>
[Alias("personalization.IPolicyFoldGrain")]
public interface IPolicyFoldGrain : IRangeFoldGrain
{
    /// <summary>What has changed since a version, as its codec writes it, for a silo's snapshot; empty when nothing has.</summary>
    /// <param name="sinceVersion">The version that the silo has; 0 for none.</param>
    [AlwaysInterleave]
    [Alias("GetChanges")]
    Task<Immutable<byte[]>> GetChanges(long sinceVersion);
}

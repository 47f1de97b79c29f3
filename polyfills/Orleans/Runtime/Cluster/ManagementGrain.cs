using Orleans.Placement;

namespace Orleans.Runtime;

/// <summary>Looks into the cluster, and acts on it.</summary>
public interface IManagementGrain : IGrainWithIntegerKey
{
    /// <summary>The silos and their statuses.</summary>
    Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false);

    /// <summary>Collects garbage.</summary>
    Task ForceGarbageCollection(SiloAddress[] hostsIds);

    /// <summary>Ends activations that were idle for an age, on these silos.</summary>
    Task ForceActivationCollection(SiloAddress[] hostsIds, TimeSpan ageLimit);

    /// <summary>Ends activations that were idle for an age.</summary>
    Task ForceActivationCollection(TimeSpan ageLimit);

    /// <summary>How many activations there are.</summary>
    Task<int> GetTotalActivationCount();

    /// <summary>Where a grain is; null when it is nowhere.</summary>
    ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference);

    /// <summary>The grains of a type that are somewhere.</summary>
    ValueTask<List<GrainId>> GetActiveGrains(GrainType type);

    /// <summary>Ends a grain's activation.</summary>
    Task DeactivateGrain(GrainId grainId, CancellationToken cancellationToken = default);
}

[PreferLocalPlacement]
internal sealed class ManagementGrain(Silo silo) : Grain, IManagementGrain
{
    public Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive) =>
        Task.FromResult(silo.Cluster.Statuses.Where(s => !onlyActive || s.Value == SiloStatus.Active).ToDictionary());

    public Task ForceGarbageCollection(SiloAddress[] hostsIds)
    {
        GC.Collect();
        return Task.CompletedTask;
    }

    public Task ForceActivationCollection(SiloAddress[] hostsIds, TimeSpan ageLimit) =>
        Task.WhenAll(silo.Cluster.ActiveSilos.Where(s => hostsIds.Length == 0 || hostsIds.Contains(s.Address)).Select(s => s.CollectIdle(ageLimit)));

    public Task ForceActivationCollection(TimeSpan ageLimit) => ForceActivationCollection([], ageLimit);

    public Task<int> GetTotalActivationCount() => Task.FromResult(silo.Cluster.ActiveSilos.Sum(s => s.ActivationCount));

    public ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference) => new(silo.Cluster.FindActivation(reference.GetGrainId())?.Address.SiloAddress);

    public ValueTask<List<GrainId>> GetActiveGrains(GrainType type) => new(silo.Cluster.Activations.Where(a => a.GrainId.Type == type).Select(a => a.GrainId).ToList());

    public Task DeactivateGrain(GrainId grainId, CancellationToken cancellationToken) =>
        silo.Cluster.FindActivation(grainId)?.DeactivateAsync(new(DeactivationReasonCode.RuntimeRequested, "Deactivation was requested."), cancellationToken) ?? Task.CompletedTask;
}

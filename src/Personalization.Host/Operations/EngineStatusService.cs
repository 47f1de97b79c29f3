using System.Reflection;
using Microsoft.Extensions.Options;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Operations;
using Personalization.Grains.Snapshots;
using Personalization.Host.Configuration;

namespace Personalization.Host.Operations;

/// <summary>Gathers the engine's status from its meters, its log and its snapshots.</summary>
internal sealed class EngineStatusService(
    MeterAggregator meters,
    IEventLog log,
    LogFacts facts,
    ScoringFacts scoring,
    EngineSnapshots snapshots,
    IGrainFactory grains,
    IOptions<EngineOptions> options,
    TimeProvider time) : IEngineStatus
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public static string Version { get; } =
        typeof(EngineStatusService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public async ValueTask<EngineStatus> GetAsync(CancellationToken cancellationToken) => new()
    {
        Version = Version,
        PackageMode = EngineHost.PackageMode,
        Roles = [options.Value.Role],
        StartedAt = _startedAt,
        Models = scoring.Models(),
        EventsAccepted = meters.Sum(EngineMeters.EventsReceived, "accepted"),
        EventsDuplicate = meters.Sum(EngineMeters.EventsReceived, "duplicate"),
        EventsRejected = meters.Sum(EngineMeters.EventsReceived, "rejected"),
        EventsQuarantined = meters.Sum(EngineMeters.EventsReceived, "quarantined"),
        PayloadsWithoutConsent = meters.Sum(EngineMeters.PayloadsWithoutConsent),
        EventsApplied = meters.Sum(EngineMeters.EventsApplied),
        EventsBehind = await CountBehindAsync(cancellationToken),
        Recommendations = meters.Sum(EngineMeters.Recommendations),
        Interventions = meters.Sum(EngineMeters.Interventions),
        OutcomesJoined = meters.Sum(EngineMeters.OutcomesJoined),
        OutcomesUnjoined = meters.Sum(EngineMeters.OutcomesUnjoined),
        DedupWindow = facts.DedupWindow,
        DedupWindowEvents = facts.DedupWindowEvents,
        CatalogProducts = snapshots.Current.Catalog.ListedCount,
        CatalogVersion = snapshots.Current.CatalogVersion,
        PolicyVersion = snapshots.Current.PolicyName,
        PolicyMode = snapshots.Current.Modes.Mode == PolicyMode.Apprentice ? "apprentice" : "online",
        Shadow = snapshots.Current.Modes.Shadow?.Name ?? "",
        Durability = facts.Durability,
        LogPartitions = log.PartitionCount,
    };

    private async Task<long> CountBehindAsync(CancellationToken cancellationToken)
    {
        var asked = Enumerable.Range(0, log.PartitionCount)
            .Where(partition => log.Tail(partition) > 0)
            .Select(partition => grains.GetGrain<IIngestionPartitionGrain>(partition).GetProgress());
        var progress = await Task.WhenAll(asked).WaitAsync(cancellationToken);
        return progress.Sum(static p => Math.Max(0, p.Tail - p.Applied));
    }
}

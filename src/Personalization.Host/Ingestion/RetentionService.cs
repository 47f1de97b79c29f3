using Microsoft.Extensions.Options;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Operations;
using Personalization.Host.Configuration;
using Personalization.Host.Operations;
using Personalization.Storage.Sqlite;

namespace Personalization.Host.Ingestion;

/// <summary>Lets go, from time to time, of events and of lines of the decision log that have had their time.</summary>
internal sealed partial class RetentionService(
    IEventLog log,
    IEventLogRetention retention,
    IDecisionLog decisions,
    IGrainFactory grains,
    StopSignal stop,
    IOptions<RetentionOptions> options,
    IOptions<SqliteStorageOptions> storage,
    TimeProvider time,
    ILogger<RetentionService> logger) : BackgroundService
{
    private readonly EventLogTrimmer _trimmer = new(log, retention, storage.Value.DedupEntriesOf(log.PartitionCount));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken) && !stop.HasBegun)
        {
            try
            {
                await TrimEventsAsync(stoppingToken);
                await TrimDecisionsAsync(stoppingToken);
            }
            catch (Exception e) when (!stop.HasBegun && !stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, e);
            }
            catch (Exception)
            {
                // The engine stops; the next one goes on.
                return;
            }
        }
    }

    private async Task TrimEventsAsync(CancellationToken cancellationToken)
    {
        var age = options.Value.EventAge;
        if (age == TimeSpan.Zero)
        {
            return;
        }

        // The dedup window is made of the log again at a start, and must find in it what it is to know.
        var before = time.GetUtcNow() - (age > storage.Value.DedupAge ? age : storage.Value.DedupAge);
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            if (log.Tail(partition) > 0)
            {
                var progress = await grains.GetGrain<IIngestionPartitionGrain>(partition).GetProgress();
                Count("events", await _trimmer.TrimAsync(partition, progress.Checkpoint, before, cancellationToken));
            }
        }
    }

    private async Task TrimDecisionsAsync(CancellationToken cancellationToken)
    {
        if (options.Value.DecisionAge != TimeSpan.Zero)
        {
            Count("decisions", await decisions.TrimAsync(time.GetUtcNow() - options.Value.DecisionAge, cancellationToken));
        }
    }

    private static void Count(string what, long records)
    {
        if (records > 0)
        {
            EngineMeters.RecordsTrimmed.Add(records, new KeyValuePair<string, object?>("log", what));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old records could not be removed; it is tried again.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

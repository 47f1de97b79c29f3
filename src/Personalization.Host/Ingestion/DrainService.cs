using Microsoft.Extensions.Options;
using Personalization.Api;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Ingestion;
using Personalization.Host.Configuration;
using Personalization.Host.Operations;

namespace Personalization.Host.Ingestion;

/// <summary>
/// When the engine stops: new calls are refused and those under way end; then every partition folds in and persists what
/// is in the log, so that the next start has nothing to replay. All of it before the servers and the silo begin to stop,
/// and in two thirds of the time that a stop may take: the last third is theirs.
/// </summary>
internal sealed partial class DrainService(
    IEventLog log,
    IGrainFactory grains,
    ApiShutdown api,
    StopSignal stop,
    IHostApplicationLifetime lifetime,
    IOptions<EngineOptions> options,
    TimeProvider time,
    ILogger<DrainService> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(5);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        stop.Begin();

        // A host that is stopped without having been asked to by a signal says so only after this.
        lifetime.StopApplication();
        var started = time.GetTimestamp();
        var third = options.Value.DrainTimeout / 3;
        stop.CutOffAfter(2 * third);
        await EndCallsAsync(third, cancellationToken);
        await DrainAsync(2 * third - time.GetElapsedTime(started), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EndCallsAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await api.CloseAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            LogCutOff(logger, patience);
            stop.CutOffAfter(TimeSpan.Zero);
        }
    }

    private async Task DrainAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // What was appended by calls whose callers did not wait for it.
            while (log.PendingAppends > 0)
            {
                await Task.Delay(s_look, time, either.Token);
            }

            var partitions = Enumerable.Range(0, log.PartitionCount).Where(partition => log.Tail(partition) > 0).ToArray();
            await Task.WhenAll(partitions.Select(partition => DrainAsync(partition, either.Token)));
            LogDrained(logger, partitions.Length);
        }
        catch (Exception e)
        {
            // Nothing is lost: what was not persisted is replayed at the next start.
            LogIncomplete(logger, e);
        }
    }

    private async Task DrainAsync(int partition, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await grains.GetGrain<IIngestionPartitionGrain>(partition).Drain(cancellationToken).WaitAsync(cancellationToken);
                return;
            }
            catch (TimeoutException) when (!cancellationToken.IsCancellationRequested)
            {
                // A call to a grain may take less long than a stop; the partition is still at it.
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "All is folded in and persisted, in {Partitions} partitions.")]
    private static partial void LogDrained(ILogger logger, int partitions);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Calls are still under way {Patience} after the engine was asked to stop; their connections are cut.")]
    private static partial void LogCutOff(ILogger logger, TimeSpan patience);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not every partition could be drained before stopping; the next start replays the rest.")]
    private static partial void LogIncomplete(ILogger logger, Exception exception);
}

using Personalization.Domain.Ingestion;
using Personalization.Grains.Ingestion;

namespace Personalization.Host.Ingestion;

/// <summary>
/// When the engine stops: the partitions persist what they have folded in, so that the next start has next to nothing to
/// replay. Services stop in the opposite order of their start: by now no call comes in any more, and the silo still runs.
/// </summary>
internal sealed partial class DrainService(IEventLog log, IGrainFactory grains, ILogger<DrainService> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var checkpoints = Enumerable.Range(0, log.PartitionCount)
            .Where(partition => log.Tail(partition) > 0)
            .Select(partition => grains.GetGrain<IIngestionPartitionGrain>(partition).Checkpoint());
        try
        {
            await Task.WhenAll(checkpoints).WaitAsync(cancellationToken);
        }
        catch (Exception e)
        {
            // Nothing is lost: what was not persisted is replayed at the next start.
            LogIncomplete(logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not every partition could be checkpointed before stopping; the next start replays the rest.")]
    private static partial void LogIncomplete(ILogger logger, Exception exception);
}

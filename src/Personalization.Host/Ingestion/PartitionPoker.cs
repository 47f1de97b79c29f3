using Personalization.Domain.Ingestion;
using Personalization.Grains.Ingestion;

namespace Personalization.Host.Ingestion;

/// <summary>
/// Wakes the partitions: all of them at the start, for there may be records that nobody has folded in yet, and each when
/// its log grows. Pokes of one partition that come while one is on its way are one poke.
/// </summary>
internal sealed class PartitionPoker(IEventLog log, IGrainFactory grains) : IHostedService
{
    private readonly int[] _onItsWay = new int[log.PartitionCount];
    private IDisposable? _subscription;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _subscription = log.Subscribe(OnAppended);
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            OnAppended(partition, log.Tail(partition));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _subscription?.Dispose();
        return Task.CompletedTask;
    }

    private void OnAppended(int partition, long tail)
    {
        if (Interlocked.Exchange(ref _onItsWay[partition], 1) == 0)
        {
            // Off the log's own thread: it has the next commit to make.
            ThreadPool.UnsafeQueueUserWorkItem(Poke, (this, partition, tail), preferLocal: false);
        }
    }

    private static void Poke((PartitionPoker Self, int Partition, long Tail) poke)
    {
        Volatile.Write(ref poke.Self._onItsWay[poke.Partition], 0);
        // One-way: a poke that gets lost is made up for by the partition's own timer.
        poke.Self.Send(poke.Partition, poke.Tail);
    }

    private async void Send(int partition, long tail)
    {
        try
        {
            await grains.GetGrain<IIngestionPartitionGrain>(partition).Poke(tail).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // A hint that nobody took: while the silo starts or stops there is nobody. The partition looks for itself.
        }
    }
}

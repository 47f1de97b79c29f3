using Personalization.Domain.Ingestion;
using Personalization.Grains.Ingestion;

namespace Personalization.Host.Ingestion;

/// <summary>
/// Wakes the partitions: all of them at the start, for there may be records that nobody has folded in yet, and each when
/// its log grows. The first growth after a quiet moment is told at once; under load, what grew within some milliseconds is
/// told together, for a partition that is awake reads on by itself.
/// </summary>
internal sealed class PartitionPoker(IEventLog log, IGrainFactory grains, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(5);
    private readonly IIngestionPartitionGrain[] _partitions =
        [.. Enumerable.Range(0, log.PartitionCount).Select(partition => grains.GetGrain<IIngestionPartitionGrain>(partition))];

    private readonly int[] _grown = new int[log.PartitionCount];
    private readonly SemaphoreSlim _any = new(0, 1);
    private int _told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = log.Subscribe(OnAppended);
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            OnAppended(partition, log.Tail(partition));
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            await _any.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Volatile.Write(ref _told, 0);
            PokeGrown();
            await Task.Delay(s_gather, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // On the log's own thread, which has the next commit to make.
    private void OnAppended(int partition, long tail)
    {
        Volatile.Write(ref _grown[partition], 1);
        if (Interlocked.Exchange(ref _told, 1) == 0)
        {
            _any.Release();
        }
    }

    private void PokeGrown()
    {
        for (var partition = 0; partition < _grown.Length; partition++)
        {
            if (Interlocked.Exchange(ref _grown[partition], 0) == 1)
            {
                Poke(partition);
            }
        }
    }

    private async void Poke(int partition)
    {
        try
        {
            // One-way: a poke that gets lost is made up for by the partition's own timer.
            await _partitions[partition].Poke(log.Tail(partition)).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // A hint that nobody took: while the silo starts or stops there is nobody. The partition looks for itself.
        }
    }
}

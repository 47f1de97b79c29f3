using Microsoft.Extensions.Options;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Ingestion;

namespace Personalization.Api.Profiles;

/// <summary>Waits until the engine has folded in what was written to a partition.</summary>
internal sealed class PartitionBarrier(IGrainFactory grains, IOptions<ApiOptions> options, TimeProvider time)
{
    private readonly TimeSpan _maxWait = options.Value.MaxMergeWait;

    /// <summary>Waits.</summary>
    /// <returns>Whether it has been folded in; false when it took too long.</returns>
    public async Task<bool> ReachAsync(LogPosition position, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_maxWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var partition = grains.GetGrain<IIngestionPartitionGrain>(position.Partition);
            await partition.WaitForApplied(position.Offset, either.Token).WaitAsync(either.Token);
            return true;
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

using Microsoft.Extensions.Options;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Ingestion;

namespace Personalization.Api.Profiles;

/// <summary>Waits until the engine has folded in what was written to a partition.</summary>
internal sealed class PartitionBarrier(IGrainFactory grains, IOptions<ApiOptions> options, TimeProvider time)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(50);

    private readonly TimeSpan _maxWait = options.Value.MaxMergeWait;

    /// <summary>Waits.</summary>
    /// <returns>Whether it has been folded in; false when it took too long.</returns>
    public async Task<bool> ReachAsync(LogPosition position, CancellationToken cancellationToken)
    {
        var partition = grains.GetGrain<IIngestionPartitionGrain>(position.Partition);
        var start = time.GetTimestamp();
        for (var pause = s_firstPause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            if ((await partition.GetProgress()).Applied >= position.Offset)
            {
                return true;
            }

            if (time.GetElapsedTime(start) >= _maxWait)
            {
                return false;
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }
}

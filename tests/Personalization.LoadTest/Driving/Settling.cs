using Personalization.Client;
using Personalization.V1;

namespace Personalization.LoadTest.Driving;

/// <summary>Waits until the engine has folded in everything that it has acknowledged.</summary>
internal static class Settling
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until nothing is behind.</summary>
    /// <param name="client">The engine.</param>
    /// <param name="time">The clock.</param>
    /// <param name="atMost">How long to wait.</param>
    /// <param name="record">Hears of it when that was too short.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="hear">Hears how many events are behind, again and again.</param>
    /// <returns>How long it took; null when it did not happen in time.</returns>
    public static async Task<TimeSpan?> WaitAsync(
        PersonalizationClient client, TimeProvider time, TimeSpan atMost, RunRecord record, CancellationToken cancellationToken, Action<long>? hear = null)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var status = await client.Operations.GetServerStatusAsync(new GetServerStatusRequest(), cancellationToken: cancellationToken);
            hear?.Invoke(status.EventsBehind);
            if (status.EventsBehind == 0)
            {
                return time.GetElapsedTime(started);
            }

            if (time.GetElapsedTime(started) > atMost)
            {
                record.Error($"after {atMost.TotalSeconds:F0} s {status.EventsBehind} events were still behind");
                return null;
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }
}

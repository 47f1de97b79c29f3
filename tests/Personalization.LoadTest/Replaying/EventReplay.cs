using System.Diagnostics;
using Personalization.Client;
using Personalization.LoadTest.Driving;
using Personalization.V1;

namespace Personalization.LoadTest.Replaying;

/// <summary>Sends many events of many shoppers, in order, as fast as they are taken, and waits until all are folded in.</summary>
internal static class EventReplay
{
    private static readonly TimeSpan ApplyWithin = TimeSpan.FromMinutes(10);

    /// <summary>How long it took.</summary>
    /// <param name="Acknowledged">Until the last was durable.</param>
    /// <param name="Applied">Until all were folded in; null when they were not in time.</param>
    internal readonly record struct Timing(TimeSpan Acknowledged, TimeSpan? Applied);

    /// <summary>Sends them.</summary>
    public static async Task<Timing> RunAsync(
        PersonalizationClient client, IEnumerable<Event> events, RunRecord record, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var writer = client.OpenEventWriter(new EventWriterOptions
        {
            MaxBatch = 500,
            Answered = record.Acknowledged,
            Failed = (_, failure) => record.Failed("StreamEvents", failure),
        });
        await using (writer)
        {
            foreach (var shopperEvent in events)
            {
                await writer.PostAsync(shopperEvent, cancellationToken);
            }

            await writer.FlushAsync(cancellationToken);
        }

        var acknowledged = Stopwatch.GetElapsedTime(started);
        var settled = await Settling.WaitAsync(client, TimeProvider.System, ApplyWithin, record, cancellationToken);
        return new Timing(acknowledged, settled is null ? null : Stopwatch.GetElapsedTime(started));
    }
}

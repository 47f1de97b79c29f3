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
    /// <param name="client">The engine.</param>
    /// <param name="events">The events; <paramref name="total"/> of them.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="record">Hears of every answer.</param>
    /// <param name="progress">Says how far it is.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<Timing> RunAsync(
        PersonalizationClient client, IEnumerable<Event> events, long total, RunRecord record, ReplayProgress progress, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var acknowledged = await progress.DuringAsync(
            SendAsync(client, events, record, cancellationToken),
            () => $"{record.EventsAcknowledged:N0} of {total:N0} events acknowledged, {record.EventsAcknowledged / Stopwatch.GetElapsedTime(started).TotalSeconds:N0} a second");
        long behind = 0;
        var settled = await progress.DuringAsync(
            Settling.WaitAsync(client, TimeProvider.System, ApplyWithin, record, cancellationToken, left => behind = left),
            () => $"{behind:N0} events not folded in yet");
        return new Timing(acknowledged, settled is null ? null : Stopwatch.GetElapsedTime(started));
    }

    private static async Task<TimeSpan> SendAsync(
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

        return Stopwatch.GetElapsedTime(started);
    }
}

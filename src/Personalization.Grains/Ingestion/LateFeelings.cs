using System.Globalization;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Operations;
using Personalization.Grains.Profiles;
using Personalization.Grains.Scoring;

namespace Personalization.Grains.Ingestion;

/// <summary>
/// Reads the feelings that were owed, out of the log, and logs each as an event of its own. The event's id follows from whose feeling
/// it is, so that doing it twice logs it once.
/// </summary>
internal sealed partial class LateFeelings(IGrainFactory grains, IEventLog log, PumpOptions options, TimeProvider time, ILogger logger)
{
    private const int MostAtOnce = 64;

    /// <summary>Settles some of what is owed.</summary>
    /// <returns>How many were settled; 0: the scorer is not well yet.</returns>
    public async Task<int> SettleAsync(int partition, OwedFeelings owed, CancellationToken cancellationToken)
    {
        var before = owed.Open;
        var waiting = new List<(long Offset, ReadOnlyMemory<byte> Body, ShopperEvent Source)>();
        var entries = new List<(long Offset, LogEntry Entry)>();
        foreach (var offset in owed.Next(MostAtOnce))
        {
            var record = await ReadAsync(partition, offset, cancellationToken);
            if (record is not { Body.IsEmpty: false } found)
            {
                // The shopper was forgotten, or the record has outlived its time: there is nobody to settle with.
                Settle(owed, offset, "gone");
            }
            else if (EventCodec.Decode(found.Body.Span) is var source && await MayReadAsync(found.User, source, cancellationToken) is { } mayRead)
            {
                if (mayRead)
                {
                    waiting.Add((offset, found.Body, source));
                }
                else
                {
                    entries.Add((offset, EntryOf(partition, offset, source, observation: null)));
                }
            }
        }

        entries.AddRange(await ScoreAsync(partition, waiting, cancellationToken));
        await AppendAsync(owed, entries, cancellationToken);
        return before - owed.Open;
    }

    private async Task<LogRecord?> ReadAsync(int partition, long offset, CancellationToken cancellationToken)
    {
        var records = await log.ReadAsync(partition, offset - 1, 1, cancellationToken);
        return records.Count > 0 && records[0].Offset == offset ? records[0] : null;
    }

    /// <summary>Whether the shopper still agrees to it; null when they cannot be asked just now: one on a silo that died holds up no other.</summary>
    private async Task<bool?> MayReadAsync(UserKey user, ShopperEvent source, CancellationToken cancellationToken)
    {
        try
        {
            return Modalities.Of(source.Payload.Kind) is { } modality && await grains.GetGrain<IUserFoldGrain>(user.Value).MayRead(modality);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            LogNotAsked(logger, e);
            return null;
        }
    }

    private async Task<List<(long, LogEntry)>> ScoreAsync(
        int partition, List<(long Offset, ReadOnlyMemory<byte> Body, ShopperEvent Source)> waiting, CancellationToken cancellationToken)
    {
        var entries = new List<(long, LogEntry)>();
        if (waiting.Count == 0)
        {
            return entries;
        }

        // Behind everything that somebody waits for.
        var deadline = time.GetUtcNow() + options.ScoringTimeout;
        var requests = waiting.ConvertAll(item => new ScoreCommand(item.Body, ScoringLane.Review, deadline)).ToArray();
        var scores = await grains.GetGrain<IScoringGrain>(0).Score(requests, cancellationToken);
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i].Status is not (ScoringStatus.Overloaded or ScoringStatus.Expired))
            {
                entries.Add((waiting[i].Offset, EntryOf(partition, waiting[i].Offset, waiting[i].Source, scores[i].Observation?.ToObservation())));
            }
        }

        return entries;
    }

    private LogEntry EntryOf(int partition, long offset, ShopperEvent source, SentimentObservation? observation)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"feeling:{partition}:{offset}");
        var late = source with
        {
            EventId = id,
            OccurredAt = source.OccurredAt < source.ReceivedAt ? source.OccurredAt : source.ReceivedAt,
            ReceivedAt = time.GetUtcNow(),
            Context = ShopperEvent.NoContext,
            Payload = new FeelingPayload(offset, source.Payload.Kind, observation),
        };

        // The same whatever the model said this time: after a crash it may say something else, and the first word counts.
        return new LogEntry(source.User, id, (UInt128)(ulong)offset, EventCodec.Encode(late));
    }

    private async Task AppendAsync(OwedFeelings owed, List<(long Offset, LogEntry Entry)> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 0)
        {
            return;
        }

        var results = await log.AppendAsync(entries.ConvertAll(static e => e.Entry), cancellationToken);
        for (var i = 0; i < results.Length; i++)
        {
            Settle(owed, entries[i].Offset, results[i].Status == AppendStatus.Accepted ? "read" : "duplicate");
        }
    }

    private static void Settle(OwedFeelings owed, long offset, string outcome)
    {
        owed.Settle(offset);
        EngineMeters.FeelingsLate.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A shopper could not be asked whether a feeling that is owed may still be read; they are asked again.")]
    private static partial void LogNotAsked(ILogger logger, Exception exception);
}

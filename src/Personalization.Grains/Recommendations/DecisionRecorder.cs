using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Grains.Recommendations;

/// <summary>
/// Appends decisions to the log, in their user's partition and so before any outcome of theirs. The answer does not wait for
/// it: a decision that is lost with the process was never acted on by anybody who could not ask again. Nor does the
/// partition hurry to read it: it matters once there is an outcome, and that comes after it in the same log.
/// </summary>
public sealed partial class DecisionRecorder(IEventLog log, ILogger<DecisionRecorder> logger)
{
    /// <summary>Appends a decision.</summary>
    /// <param name="user">For whom.</param>
    /// <param name="decisionId">Its id.</param>
    /// <param name="at">When.</param>
    /// <param name="body">It, as its stage's codec wrote it; kept, so not to be changed.</param>
    public void Record(UserKey user, string decisionId, DateTimeOffset at, byte[] body)
    {
        var eventId = "decision:" + decisionId;
        var encoded = EventCodec.Encode(
            new ShopperEvent
            {
                EventId = eventId,
                OccurredAt = at,
                ReceivedAt = at,
                User = user,
                Payload = new DecisionPayload(decisionId, ImmutableCollectionsMarshal.AsImmutableArray(body)),
            },
            out var fingerprint);
        var append = log.AppendAsync([new LogEntry(user, eventId, fingerprint, encoded) { IsQuiet = true }], CancellationToken.None);
        if (!append.IsCompletedSuccessfully)
        {
            _ = WatchAsync(append);
        }
    }

    private async Task WatchAsync(ValueTask<AppendResult[]> append)
    {
        try
        {
            await append.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            EngineMeters.DecisionsUnlogged.Add(1);
            LogLost(logger, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A decision could not be appended to the log: after a crash its outcomes would not be joined.")]
    private static partial void LogLost(ILogger logger, Exception exception);
}

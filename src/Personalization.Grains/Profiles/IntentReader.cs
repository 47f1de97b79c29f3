using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using Personalization.Grains.Operations;
using Personalization.Grains.Scoring;

namespace Personalization.Grains.Profiles;

/// <summary>Asks the scoring silo how likely a session is to end in a purchase, and does not wait long.</summary>
public sealed partial class IntentReader(
    IGrainFactory grains, IOptions<IntentOptions> options, TimeProvider time, ILogger<IntentReader> logger)
{
    /// <summary>Asks about a window.</summary>
    /// <param name="user">Whose it is.</param>
    /// <param name="window">The window, as <see cref="IntentFeatures"/> has it.</param>
    /// <param name="lane">How urgent it is.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>What a model said; null when there is none, or none that answered in time.</returns>
    public async Task<IntentMessage?> AskAsync(UserKey user, float[] window, ScoringLane lane, CancellationToken cancellationToken)
    {
        var timeout = options.Value.Timeout;
        try
        {
            var command = new IntentCommand(user.Value, window, lane, time.GetUtcNow() + timeout);
            var read = await grains.GetGrain<IScoringGrain>(0).ReadIntent(command, cancellationToken).WaitAsync(timeout, time, cancellationToken);
            return read.Status == ScoringStatus.Scored ? read : Missed(read.Status == ScoringStatus.NoScorer ? "no_scorer" : "failed");
        }
        catch (TimeoutException)
        {
            // What is still queued is not computed: it has a deadline of its own.
            return Missed("late");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(e);
            return Missed("unreachable");
        }
    }

    private static IntentMessage? Missed(string status)
    {
        EngineMeters.IntentMissed.Add(1, new KeyValuePair<string, object?>("status", status));
        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No scoring silo read a shopper's intent.")]
    private partial void LogUnreachable(Exception exception);
}

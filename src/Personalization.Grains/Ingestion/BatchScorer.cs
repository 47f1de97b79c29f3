using Microsoft.Extensions.Logging;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Operations;
using Personalization.Grains.Profiles;
using Personalization.Grains.Scoring;

namespace Personalization.Grains.Ingestion;

/// <summary>
/// Has the feelings of a batch scored. What cannot be scored in time is folded in without, and counted: a late feeling must
/// not hold up everything else that the shopper does.
/// </summary>
internal sealed partial class BatchScorer(IGrainFactory grains, PumpOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Fills in the observations of a batch.</summary>
    public async Task ScoreAsync(PumpBatch batch, CancellationToken cancellationToken)
    {
        var open = batch.Feelings;
        var deadline = time.GetUtcNow() + options.ScoringTimeout;
        while (true)
        {
            open = await TryAsync(batch, open, deadline, cancellationToken);
            if (open.Count == 0 || time.GetUtcNow() + s_pause >= deadline)
            {
                break;
            }

            await Task.Delay(s_pause, time, cancellationToken);
        }

        if (open.Count > 0)
        {
            EngineMeters.ScoringMissed.Add(open.Count, new KeyValuePair<string, object?>("status", "timeout"));
            LogMissed(logger, open.Count, options.ScoringTimeout);
        }
    }

    /// <summary>Whether a payload goes to the scorer. Most of what shoppers do says nothing about how they feel, and does not.</summary>
    public static bool CarriesFeeling(EventPayload payload) =>
        payload is BehaviourPayload behaviour
            ? BehaviourRules.Read(behaviour) is not null
            : payload.Kind is PayloadKind.ArFrames or PayloadKind.SurveyAnswer or PayloadKind.TextFeedback or PayloadKind.Voice;

    /// <summary>Scores what is open.</summary>
    /// <returns>What may yet be scored if it is tried again.</returns>
    private async Task<IReadOnlyList<int>> TryAsync(
        PumpBatch batch, IReadOnlyList<int> open, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var requests = new ScoreCommand[open.Count];
        for (var i = 0; i < requests.Length; i++)
        {
            requests[i] = new ScoreCommand(batch.Records[open[i]].Body, LaneOf(batch.Events[open[i]]!), deadline);
        }

        ScoreMessage[] scores;
        try
        {
            scores = await grains.GetGrain<IScoringGrain>(0).Score(requests, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(logger, e);
            return open;
        }

        var again = new List<int>();
        for (var i = 0; i < scores.Length; i++)
        {
            switch (scores[i].Status)
            {
                case ScoringStatus.Scored:
                    batch.Observations[open[i]] = scores[i].Observation;
                    break;
                case ScoringStatus.NothingToScore:
                    break;
                case ScoringStatus.Overloaded or ScoringStatus.Expired:
                    again.Add(open[i]);
                    break;
                default:
                    EngineMeters.ScoringMissed.Add(
                        1, new KeyValuePair<string, object?>("status", scores[i].Status == ScoringStatus.NoScorer ? "no_scorer" : "failed"));
                    break;
            }
        }

        return again;
    }

    private static ScoringLane LaneOf(ShopperEvent source) => source switch
    {
        { Touchpoint: Touchpoint.Checkout or Touchpoint.Cart } => ScoringLane.Checkout,
        { Payload.Kind: PayloadKind.ArFrames } => ScoringLane.Ar,
        { Channel: Channel.Review or Channel.Social or Channel.Email or Channel.Ticket } => ScoringLane.Review,
        _ => ScoringLane.Survey,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "No scoring silo answered.")]
    private static partial void LogUnreachable(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} payloads were not scored within {Timeout} and are folded in without their feeling.")]
    private static partial void LogMissed(ILogger logger, int count, TimeSpan timeout);
}

using Microsoft.Extensions.Logging;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Operations;
using Personalization.Grains.Profiles;
using Personalization.Grains.Scoring;

namespace Personalization.Grains.Ingestion;

/// <summary>
/// Has the feelings of a batch scored. What cannot be scored in time is folded in without, counted, and owed: a late feeling must
/// not hold up everything else that the shopper does. So is what a model failed on, or had no model: the next version or another
/// silo may read it. It is tried once more, from the log, and settled whatever comes of that, so that poison is not read for ever.
/// </summary>
internal sealed partial class BatchScorer(IGrainFactory grains, PumpOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_shortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(320);

    // A call to a grain must not take as long as the runtime allows: what it has not got to is asked for again.
    private static readonly TimeSpan s_longestTry = TimeSpan.FromSeconds(10);

    /// <summary>Fills in the observations of a batch.</summary>
    public async Task ScoreAsync(PumpBatch batch, CancellationToken cancellationToken)
    {
        var open = batch.Feelings;
        var started = time.GetUtcNow();
        var pause = s_shortestPause;
        while (open.Count > 0)
        {
            var tried = await TryAsync(batch, open, started, cancellationToken);
            var left = Waiting(batch, tried, time.GetUtcNow() + pause - started);
            if (left.Count < tried.Count)
            {
                EngineMeters.ScoringMissed.Add(tried.Count - left.Count, new KeyValuePair<string, object?>("status", "timeout"));
                LogMissed(logger, tried.Count - left.Count);
                batch.Missed.AddRange(tried.Except(left));
            }

            if (left.Count > 0)
            {
                // Who is turned away again and again asks less often: asking takes time from those who are served.
                await Task.Delay(pause, time, cancellationToken);
                pause = left.Count < open.Count ? s_shortestPause : pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
            }

            open = left;
        }
    }

    /// <summary>Whether a payload goes to the scorer. Most of what shoppers do says nothing about how they feel, and does not.</summary>
    public static bool CarriesFeeling(EventPayload payload) =>
        payload is BehaviourPayload behaviour
            ? BehaviourRules.Read(behaviour) is not null
            : payload.Kind is PayloadKind.ArFrames or PayloadKind.SurveyAnswer or PayloadKind.TextFeedback or PayloadKind.Voice;

    /// <summary>Those that may wait longer than they have waited so far.</summary>
    private List<int> Waiting(PumpBatch batch, IReadOnlyList<int> open, TimeSpan waited) =>
        [.. open.Where(i => waited < TimeoutOf(LaneOf(batch.Events[i]!)))];

    private TimeSpan TimeoutOf(ScoringLane lane) => lane == ScoringLane.Review ? options.ReviewScoringTimeout : options.ScoringTimeout;

    /// <summary>Scores what is open.</summary>
    /// <returns>What may yet be scored if it is tried again.</returns>
    private async Task<IReadOnlyList<int>> TryAsync(
        PumpBatch batch, IReadOnlyList<int> open, DateTimeOffset started, CancellationToken cancellationToken)
    {
        var requests = new ScoreCommand[open.Count];
        var endOfTry = time.GetUtcNow() + s_longestTry;
        for (var i = 0; i < requests.Length; i++)
        {
            var lane = LaneOf(batch.Events[open[i]]!);
            var deadline = started + TimeoutOf(lane);
            requests[i] = new ScoreCommand(batch.Records[open[i]].Body, lane, deadline < endOfTry ? deadline : endOfTry);
        }

        ScoreMessage[] scores;
        try
        {
            scores = await grains.GetGrain<IScoringGrain>(0).Score(requests, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(logger, e);
            return time.GetUtcNow() - started < options.ScoringTimeout ? open : Missed(batch, open, "unreachable");
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
                    _ = Missed(batch, [open[i]], scores[i].Status == ScoringStatus.NoScorer ? "no_scorer" : "failed");
                    break;
            }
        }

        return again;
    }

    private static IReadOnlyList<int> Missed(PumpBatch batch, IReadOnlyList<int> open, string status)
    {
        batch.Missed.AddRange(open);
        EngineMeters.ScoringMissed.Add(open.Count, new KeyValuePair<string, object?>("status", status));
        return [];
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} payloads were not scored in time and are folded in without their feeling, which follows.")]
    private static partial void LogMissed(ILogger logger, int count);
}

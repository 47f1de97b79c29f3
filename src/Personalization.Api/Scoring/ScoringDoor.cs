using Grpc.Core;
using Microsoft.Extensions.Options;
using Personalization.Api.Errors;
using Personalization.Api.Ingestion;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Scoring;

namespace Personalization.Api.Scoring;

/// <summary>Brings checked payloads to the scoring silo, and says why one was not read.</summary>
internal sealed class ScoringDoor(
    IGrainFactory grains, EventMapper mapper, FaceCrops crops, IOptions<ApiOptions> options, TimeProvider time)
{
    // A call without a deadline waits as long as a review may: beyond that nobody is there any more.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _retryDelay = options.Value.OverloadRetryDelay;

    private IScoringGrain Scorer => grains.GetGrain<IScoringGrain>(0);

    /// <summary>Payloads on their way to the models; their pictures of faces are looked at here together, as they are when events come in.</summary>
    /// <param name="checkedPayloads">The payloads, as events carry them.</param>
    /// <param name="owner">On whose behalf; empty for nobody in particular.</param>
    /// <param name="priority">How urgent.</param>
    /// <param name="context">The call that they came with.</param>
    /// <returns>One question per payload, in order.</returns>
    public async Task<ScoreQuestion[]> AskAsync(
        IReadOnlyList<Wire.Event> checkedPayloads, string owner, Wire.ScoringPriority priority, ServerCallContext context)
    {
        var now = time.GetUtcNow();
        var user = UserKey.Known(owner.Length > 0 ? owner : "anybody");
        var sources = checkedPayloads.Select(payload => new ShopperEvent
        {
            EventId = "score",
            User = user,
            OccurredAt = now,
            ReceivedAt = now,
            Payload = mapper.PayloadOf(payload),
        }).ToArray();
        var isPictureLeft = await LookAsync(checkedPayloads, sources, context.CancellationToken);
        var latest = now + s_longestWait;
        var deadline = context.Deadline < latest.UtcDateTime ? new DateTimeOffset(context.Deadline, TimeSpan.Zero) : latest;
        return [.. sources.Select((source, i) => new ScoreQuestion(
            new ScoreCommand(EventCodec.Encode(source), ScorableRules.LaneOf(priority), deadline, IsFine: true), isPictureLeft[i]))];
    }

    /// <summary>Has the pictures of all payloads looked at in one go, and puts what was seen in their places.</summary>
    /// <returns>Of which payloads a picture was left.</returns>
    private async Task<bool[]> LookAsync(IReadOnlyList<Wire.Event> payloads, ShopperEvent[] sources, CancellationToken cancellationToken)
    {
        var isLeft = new bool[sources.Length];
        var pictured = Enumerable.Range(0, sources.Length)
            .Where(i => payloads[i].PayloadCase == Wire.Event.PayloadOneofCase.ArFrames && EventMapper.HasFaceCrop(payloads[i].ArFrames))
            .ToArray();
        if (pictured.Length > 0)
        {
            var seen = await crops.LookAsync(Array.ConvertAll(pictured, i => (payloads[i].ArFrames, sources[i])), cancellationToken);
            for (var n = 0; n < pictured.Length; n++)
            {
                sources[pictured[n]] = seen[n];
                isLeft[pictured[n]] = FaceCrops.IsAnyLeft(payloads[pictured[n]].ArFrames, (ArFramesPayload)seen[n].Payload);
            }
        }

        return isLeft;
    }

    /// <summary>Scores payloads together.</summary>
    public Task<ScoreMessage[]> ScoreAsync(ScoreCommand[] commands, CancellationToken cancellationToken) =>
        Scorer.Score(commands, cancellationToken).WaitAsync(cancellationToken);

    /// <summary>Scores a payload, and says what in it mattered.</summary>
    public Task<ExplanationMessage> ExplainAsync(ScoreCommand command, CancellationToken cancellationToken) =>
        Scorer.Explain(command, cancellationToken).WaitAsync(cancellationToken);

    /// <summary>The models at work.</summary>
    public Task<ModelReportMessage[]> ReportAsync(CancellationToken cancellationToken) => Scorer.Report().WaitAsync(cancellationToken);

    /// <summary>Why a payload was not read; null when it was.</summary>
    public RpcStatus? ProblemOf(in ScoreMessage score) => score.Status switch
    {
        ScoringStatus.Scored or ScoringStatus.NothingToScore => null,
        ScoringStatus.NoScorer => RpcErrors.Make(StatusCode.Unavailable, Reasons.ScoringUnavailable, "No model for payloads of this kind is loaded."),
        ScoringStatus.Overloaded => RpcErrors.Exhausted(Reasons.ScoringOverloaded, RefusalOf(score.Refusal), _retryDelay),
        ScoringStatus.Expired => RpcErrors.Make(StatusCode.DeadlineExceeded, Reasons.ScoringTooSlow, "The deadline passed before a model got to it."),
        _ => RpcErrors.Make(StatusCode.Internal, Reasons.ScoringFailed, "The model failed on this payload."),
    };

    private static string RefusalOf(ScoringRefusal refusal) => refusal switch
    {
        ScoringRefusal.OwnerFull => "Too much of this owner's waits for the models (bound: owner).",
        ScoringRefusal.LaneFull => "The places that are left are kept for more urgent payloads (bound: lane).",
        ScoringRefusal.Closing => "The model is being let go (bound: closing).",
        _ => "Too much waits for the models (bound: queue).",
    };
}

/// <summary>A payload for the models.</summary>
/// <param name="Command">What they are asked.</param>
/// <param name="IsPictureLeft">Whether it came with a picture of a face that was not looked at.</param>
internal readonly record struct ScoreQuestion(ScoreCommand Command, bool IsPictureLeft);

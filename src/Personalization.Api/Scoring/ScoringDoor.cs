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

    /// <summary>A payload on its way to the models; its pictures of faces are looked at here, as they are when an event comes in.</summary>
    /// <param name="checkedPayload">The payload, as an event carries it.</param>
    /// <param name="owner">On whose behalf; empty for nobody in particular.</param>
    /// <param name="priority">How urgent.</param>
    /// <param name="context">The call that it came with.</param>
    public async Task<ScoreQuestion> AskAsync(Wire.Event checkedPayload, string owner, Wire.ScoringPriority priority, ServerCallContext context)
    {
        var now = time.GetUtcNow();
        var source = new ShopperEvent
        {
            EventId = "score",
            User = UserKey.Known(owner.Length > 0 ? owner : "anybody"),
            OccurredAt = now,
            ReceivedAt = now,
            Payload = mapper.PayloadOf(checkedPayload),
        };
        var isPictureLeft = false;
        if (checkedPayload.PayloadCase == Wire.Event.PayloadOneofCase.ArFrames && EventMapper.HasFaceCrop(checkedPayload.ArFrames))
        {
            source = (await crops.LookAsync([(checkedPayload.ArFrames, source)], context.CancellationToken))[0];
            isPictureLeft = FaceCrops.IsAnyLeft(checkedPayload.ArFrames, (ArFramesPayload)source.Payload);
        }

        var latest = now + s_longestWait;
        var deadline = context.Deadline < latest.UtcDateTime ? new DateTimeOffset(context.Deadline, TimeSpan.Zero) : latest;
        return new ScoreQuestion(new ScoreCommand(EventCodec.Encode(source), ScorableRules.LaneOf(priority), deadline), isPictureLeft);
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
        ScoringStatus.Overloaded => RpcErrors.Exhausted(Reasons.ScoringOverloaded, "Too much waits for the models.", _retryDelay),
        ScoringStatus.Expired => RpcErrors.Make(StatusCode.DeadlineExceeded, Reasons.ScoringTooSlow, "The deadline passed before a model got to it."),
        _ => RpcErrors.Make(StatusCode.Internal, Reasons.ScoringFailed, "The model failed on this payload."),
    };
}

/// <summary>A payload for the models.</summary>
/// <param name="Command">What they are asked.</param>
/// <param name="IsPictureLeft">Whether it came with a picture of a face that was not looked at.</param>
internal readonly record struct ScoreQuestion(ScoreCommand Command, bool IsPictureLeft);

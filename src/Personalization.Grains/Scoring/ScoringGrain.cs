using Orleans.Concurrency;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Profiles;

namespace Personalization.Grains.Scoring;

/// <summary>
/// Hands payloads, and pictures of faces, to what reads them on the silo that it is on. What reads them batches what many of
/// these bring.
/// </summary>
/// <param name="scorer">Scores payloads.</param>
/// <param name="faces">Looks at pictures; null where nothing does.</param>
[StatelessWorker]
[Reentrant]
public sealed class ScoringGrain(ISentimentScorer scorer, IIntentScorer intents, IFaceReader? faces = null) : Grain, IScoringGrain
{
    /// <inheritdoc/>
    public async Task<ScoreMessage[]> Score(ScoreCommand[] requests, CancellationToken cancellationToken) =>
        [.. (await scorer.ScoreAsync(Array.ConvertAll(requests, ToRequest), cancellationToken)).Select((result, i) => ToMessage(result, requests[i].IsFine))];

    /// <inheritdoc/>
    public async Task<ExplanationMessage> Explain(ScoreCommand request, CancellationToken cancellationToken)
    {
        var asked = ToRequest(request);
        var result = (await scorer.ScoreAsync([asked], cancellationToken))[0];
        var attributions = result.Observation is null ? [] : await Occlusion.ExplainAsync(scorer, asked, result.Observation, cancellationToken);
        return new ExplanationMessage(
            ToMessage(result, request.IsFine), [.. attributions.Select(AttributionMessage.From)]);
    }

    /// <inheritdoc/>
    public async Task<IntentMessage> ReadIntent(IntentCommand command, CancellationToken cancellationToken)
    {
        var answer = await intents.ReadIntentAsync(
            new IntentQuestion(UserKey.Parse(command.User), [.. command.Window], command.Lane, command.Deadline), cancellationToken);
        return new IntentMessage(answer.Status, answer.Probability, answer.ModelVersion);
    }

    /// <inheritdoc/>
    public async Task<FaceReadingMessage?[]> ReadFaces(FaceCropCommand[] crops, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        if (faces is null)
        {
            return new FaceReadingMessage?[crops.Length];
        }

        var pictures = Array.ConvertAll(crops, static crop => new FaceCrop(crop.Pixels, crop.Owner));
        var readings = await faces.ReadFacesAsync(pictures, deadline, cancellationToken);
        return Array.ConvertAll(readings, static reading => reading is null ? null : FaceReadingMessage.From(reading));
    }

    /// <inheritdoc/>
    public Task<ModelReportMessage[]> Report() =>
        Task.FromResult<ModelReportMessage[]>([.. scorer.Report().Select(ModelReportMessage.From)]);

    private static ScoringRequest ToRequest(ScoreCommand command)
    {
        var source = EventCodec.Decode(command.Event.Span);
        return new ScoringRequest(source.User, source.Payload, command.Lane, command.Deadline);
    }

    private static ScoreMessage ToMessage(ScoringResult result, bool isFine) => new(
        result.Status,
        result.Observation is null ? null : ObservationMessage.From(result.Observation),
        result.QueueTime,
        result.ComputeTime,
        result.Refusal,
        isFine && result.Observation?.FineEmotions is { IsDefaultOrEmpty: false } fine ? [.. fine] : null);
}

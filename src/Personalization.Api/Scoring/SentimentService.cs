using Grpc.Core;
using Personalization.Api.Errors;
using Personalization.Api.Validation;
using Personalization.Domain.Scoring;
using Personalization.Grains.Profiles;
using Personalization.Grains.Scoring;

namespace Personalization.Api.Scoring;

/// <summary>Reads feelings out of what is sent, and forgets it.</summary>
internal sealed class SentimentService(ScoringDoor door) : Wire.SentimentService.SentimentServiceBase
{
    /// <summary>The most payloads of a batch, and the most that are unanswered on a stream.</summary>
    public const int MaxBatch = 256;

    /// <summary>The most payloads of a batch that is to be explained: each is read some 48 times.</summary>
    public const int MaxExplained = 16;

    /// <inheritdoc/>
    public override async Task<Wire.ScoreResponse> Score(Wire.ScoreRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        var carrier = Check(request, violations);
        violations.ThrowIfAny();
        var (sentiment, problem) = await ReadAsync(request, carrier, context);
        return problem is null ? new Wire.ScoreResponse { Sentiment = sentiment } : throw RpcErrors.ToException(problem);
    }

    /// <inheritdoc/>
    public override async Task<Wire.BatchScoreResponse> BatchScore(Wire.BatchScoreRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Count("payloads", request.Payloads.Count, 1, request.Explain ? MaxExplained : MaxBatch);
        ScorableRules.Check(request.Owner, request.Priority, violations);
        ScorableRules.CheckReliabilities(request, violations);
        violations.ThrowIfAny();

        var response = new Wire.BatchScoreResponse();
        var (carriers, reliabilities) = (new List<Wire.Event>(request.Payloads.Count), new List<double>(request.Payloads.Count));
        for (var i = 0; i < request.Payloads.Count; i++)
        {
            response.Results.Add(new Wire.BatchScoreResult { Index = i });
            using var element = violations.In("payloads", i);
            var carrier = ScorableRules.Check(request.Payloads[i], violations);
            if (violations.None)
            {
                carriers.Add(carrier);
                reliabilities.Add(request.Reliabilities.Count > 0 ? request.Reliabilities[i] : 1);
            }
            else
            {
                response.Results[i].Error = RpcErrors.Invalid(violations);
                violations.Clear();
            }
        }

        if (carriers.Count > 0)
        {
            var questions = await door.AskAsync(carriers, request.Owner, request.Priority, context);
            var scores = await ScoreAsync(Array.ConvertAll(questions, static question => question.Command), request.Explain, context.CancellationToken);
            Answer(response, questions, scores);
            response.Fused = request.Fuse ? Fuse(scores, reliabilities) : null;
        }

        return response;
    }

    /// <inheritdoc/>
    public override Task StreamScore(
        IAsyncStreamReader<Wire.StreamScoreRequest> requestStream,
        IServerStreamWriter<Wire.StreamScoreResponse> responseStream,
        ServerCallContext context) =>
        new ScoreStream(this, context).RunAsync(requestStream, responseStream);

    /// <inheritdoc/>
    public override async Task<Wire.ListModelsResponse> ListModels(Wire.ListModelsRequest request, ServerCallContext context)
    {
        var response = new Wire.ListModelsResponse();
        response.Models.Add((await door.ReportAsync(context.CancellationToken)).Select(ScoredMapping.ToModel));
        return response;
    }

    /// <inheritdoc/>
    public override async Task<Wire.GetModelStatisticsResponse> GetModelStatistics(Wire.GetModelStatisticsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Id("name", request.Name);
        ModelRules.CheckOptionalVersion(request.Version, violations);
        violations.ThrowIfAny();
        var models = await door.ReportAsync(context.CancellationToken);
        return Array.Find(models, model => model.Name == request.Name && IsAskedFor(model, request.Version)) is { } model
            ? ScoredMapping.ToStatistics(model)
            : throw RpcErrors.ToException(RpcErrors.NotFound("model", request.Version.Length > 0 ? request.Version : request.Name));
    }

    private static bool IsAskedFor(ModelReportMessage model, string version) =>
        version.Length > 0 ? model.Version == version : model.Standing.State == ModelState.Live;

    /// <summary>Checks a request.</summary>
    /// <returns>Its payload, as an event carries it.</returns>
    internal static Wire.Event Check(Wire.ScoreRequest request, FieldViolations violations)
    {
        ScorableRules.Check(request.Owner, request.Priority, violations);
        using var payload = violations.In("payload");
        return ScorableRules.Check(request.Payload, violations);
    }

    /// <summary>Reads a checked request.</summary>
    internal async Task<(Wire.ScoredSentiment? Sentiment, RpcStatus? Problem)> ReadAsync(
        Wire.ScoreRequest request, Wire.Event carrier, ServerCallContext context)
    {
        var (command, isPictureLeft) = (await door.AskAsync([carrier], request.Owner, request.Priority, context))[0];
        var (score, attributions) = request.Explain
            ? await ExplainAsync(command, context.CancellationToken)
            : ((await door.ScoreAsync([command], context.CancellationToken))[0], []);
        return door.ProblemOf(score) is { } problem ? (null, problem) : (ScoredMapping.ToWire(score, attributions, isPictureLeft), null);
    }

    private async Task<(ScoreMessage Score, AttributionMessage[] Attributions)> ExplainAsync(ScoreCommand command, CancellationToken cancellationToken)
    {
        var explained = await door.ExplainAsync(command, cancellationToken);
        return (explained.Score, explained.Attributions);
    }

    // Explained ones each by themselves: the parts of each make a batch of their own.
    private async Task<ExplanationMessage[]> ScoreAsync(ScoreCommand[] commands, bool explain, CancellationToken cancellationToken) => explain
        ? await Task.WhenAll(commands.Select(command => door.ExplainAsync(command, cancellationToken)))
        : Array.ConvertAll(await door.ScoreAsync(commands, cancellationToken), static score => new ExplanationMessage(score, []));

    private void Answer(Wire.BatchScoreResponse response, ScoreQuestion[] questions, ExplanationMessage[] scores)
    {
        var next = 0;
        foreach (var result in response.Results)
        {
            if (result.Error is null)
            {
                var ((score, attributions), isPictureLeft) = (scores[next], questions[next++].IsPictureLeft);
                if (door.ProblemOf(score) is { } problem)
                {
                    result.Error = problem;
                }
                else
                {
                    result.Sentiment = ScoredMapping.ToWire(score, attributions, isPictureLeft);
                }
            }
        }
    }

    private static Wire.ScoredSentiment? Fuse(ExplanationMessage[] scores, List<double> reliabilities)
    {
        var said = scores.Zip(reliabilities)
            .Where(static each => each.First.Score.Observation is not null)
            .Select(static each => (each.First.Score.Observation!.ToObservation(), each.Second))
            .ToArray();
        return said.Length == 0 ? null : ScoredMapping.ToWire(
            new ScoreMessage(
                ScoringStatus.Scored, ObservationMessage.From(ModalityFusion.Fuse(said)),
                scores.Max(static each => each.Score.QueueTime), scores.Max(static each => each.Score.ComputeTime)),
            [],
            isPictureLeft: false);
    }
}

using System.Diagnostics;
using Grpc.Core;
using Personalization.Api.Errors;
using Personalization.Api.Validation;
using Personalization.Grains;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Recommendations;

/// <summary>Says what to show.</summary>
internal sealed class RecommendationService(Reads reads, GrainReferences<IUserRecommendationGrain> users, ConcurrencyGate gate, TimeProvider time)
    : Wire.RecommendationService.RecommendationServiceBase
{
    private const int MaxBatch = 100;

    private static readonly TimeSpan s_watchInterval = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    public override Task<Wire.RecommendResponse> Recommend(Wire.RecommendRequest request, ServerCallContext context) =>
        RecommendAsync(request, new FieldViolations(), context);

    /// <inheritdoc/>
    public override async Task<Wire.BatchRecommendResponse> BatchRecommend(Wire.BatchRecommendRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Count("requests", request.Requests.Count, 1, MaxBatch);
        violations.ThrowIfAny();
        var answers = new Task<Wire.BatchRecommendResult>[request.Requests.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = AnswerAsync(i, request.Requests[i], context);
        }

        var response = new Wire.BatchRecommendResponse();
        response.Results.Add(await Task.WhenAll(answers));
        return response;
    }

    /// <inheritdoc/>
    public override async Task<Wire.RankItemsResponse> RankItems(Wire.RankItemsRequest request, ServerCallContext context)
    {
        var start = time.GetTimestamp();
        var violations = new FieldViolations();
        var sent = RecommendRules.Check(request, violations);
        var read = await reads.ResolveAsync(sent, request.MinConsistencyToken, violations, "min_consistency_token", context.CancellationToken);
        violations.ThrowIfAny();
        var command = SlateMapping.ToCommand(request, read.MinOffset);
        var slate = await reads.WithinAsync(read, context, cancelled => GrainOf(read).Recommend(command, cancelled));
        var response = new Wire.RankItemsResponse { Slate = SlateMapping.ToWire(slate, command.PageSize, time.GetElapsedTime(start)) };
        response.UnknownProductIds.Add(slate.UnknownCandidates);
        return response;
    }

    /// <inheritdoc/>
    public override async Task WatchRecommendations(
        Wire.WatchRecommendationsRequest request,
        IServerStreamWriter<Wire.WatchRecommendationsResponse> responseStream,
        ServerCallContext context)
    {
        var violations = new FieldViolations();
        var interval = violations.Interval("min_interval", request.MinInterval, s_watchInterval);
        var (read, command) = await CheckWatchAsync(request.Request, violations, context.CancellationToken);
        var start = time.GetTimestamp();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, gate.Closing);
        await foreach (var slate in GrainOf(read).WatchRecommendations(command, interval, ending.Token).WithCancellation(ending.Token))
        {
            var response = new Wire.WatchRecommendationsResponse
            {
                Slate = SlateMapping.ToWire(slate, command.PageSize, time.GetElapsedTime(start)),
                Trigger = slate.Trigger,
                SentAt = TimeMapping.ToTimestamp(time.GetUtcNow()),
            };
            await responseStream.WriteAsync(response, context.CancellationToken);
            start = time.GetTimestamp();
        }
    }

    private async Task<Wire.RecommendResponse> RecommendAsync(Wire.RecommendRequest request, FieldViolations violations, ServerCallContext context)
    {
        var start = time.GetTimestamp();
        var sent = RecommendRules.Check(request, violations);
        var read = await reads.ResolveAsync(sent, request.MinConsistencyToken, violations, "min_consistency_token", context.CancellationToken);
        violations.ThrowIfAny();
        var command = SlateMapping.ToCommand(request, read.MinOffset);
        var slate = await reads.WithinAsync(read, context, cancelled => GrainOf(read).Recommend(command, cancelled));
        return SlateMapping.ToWire(slate, command.PageSize, time.GetElapsedTime(start));
    }

    private async Task<Wire.BatchRecommendResult> AnswerAsync(int index, Wire.RecommendRequest request, ServerCallContext context)
    {
        var result = new Wire.BatchRecommendResult { Index = index };
        var violations = new FieldViolations();
        violations.In("requests", index);
        try
        {
            result.Response = await RecommendAsync(request, violations, context);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var reference = Activity.Current?.TraceId.ToString() ?? context.GetHttpContext().TraceIdentifier;
            var status = ExceptionMapping.ToStatus(e, deadlinePassed: false, reference);
            result.Error = new Wire.RecommendError
            {
                Code = status.Code,
                Message = status.Message,
                Field = violations.None ? string.Empty : violations.Found[0].Field,
            };
        }

        return result;
    }

    private async ValueTask<(Read Read, RecommendCommand Command)> CheckWatchAsync(
        Wire.RecommendRequest? request, FieldViolations violations, CancellationToken cancellationToken)
    {
        if (request is null)
        {
            violations.Add("request", "is missing; allowed: the request to answer again and again");
            violations.ThrowIfAny();
            return default;
        }

        Domain.Ingestion.UserKey sent;
        using (violations.In("request"))
        {
            sent = RecommendRules.Check(request, violations);
        }

        var read = await reads.ResolveAsync(sent, request.MinConsistencyToken, violations, "request.min_consistency_token", cancellationToken);
        violations.ThrowIfAny();

        // A kept answer to a retried request would never change: a watch has no request id.
        return (read, SlateMapping.ToCommand(request, read.MinOffset) with { RequestId = string.Empty });
    }

    private IUserRecommendationGrain GrainOf(Read read) => users.Of(read.User.Value);
}

using Grpc.Core;
using Microsoft.Extensions.Options;
using Personalization.Api.Errors;
using Personalization.Api.Validation;

namespace Personalization.Api.Ingestion;

/// <summary>Takes in what shoppers do, say and show.</summary>
internal sealed class IngestionService(
    EventDoor door, RejectedEvents rejected, IGrainFactory grains, IOptions<ApiOptions> options, TimeProvider time)
    : Wire.IngestionService.IngestionServiceBase
{
    private static readonly DoorRules s_dryRun = new() { DryRun = true };

    /// <inheritdoc/>
    public override async Task<Wire.IngestEventsResponse> IngestEvents(Wire.IngestEventsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Count("events", request.Events.Count, 1, EventDoor.MaxBatch);
        violations.ThrowIfAny();
        var reply = await door.TakeAsync(request.Events, request.ValidateOnly ? s_dryRun : DoorRules.Default, context.CancellationToken);
        var response = new Wire.IngestEventsResponse { ConsistencyToken = reply.ConsistencyToken };
        response.Results.Add(reply.Results);
        return response;
    }

    /// <inheritdoc/>
    public override Task StreamEvents(
        IAsyncStreamReader<Wire.StreamEventsRequest> requestStream,
        IServerStreamWriter<Wire.StreamEventsResponse> responseStream,
        ServerCallContext context) =>
        new EventStream(door, options.Value.StreamCredits).RunAsync(requestStream, responseStream, context.CancellationToken);

    /// <inheritdoc/>
    public override Task StreamArSession(
        IAsyncStreamReader<Wire.StreamArSessionRequest> requestStream,
        IServerStreamWriter<Wire.StreamArSessionResponse> responseStream,
        ServerCallContext context) =>
        new ArSession(door, grains, options, time).RunAsync(requestStream, responseStream, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Wire.ListRejectedResponse> ListRejected(Wire.ListRejectedRequest request, ServerCallContext context) =>
        rejected.ListAsync(request, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Wire.ReplayRejectedResponse> ReplayRejected(Wire.ReplayRejectedRequest request, ServerCallContext context) =>
        rejected.ReplayAsync(request, context.CancellationToken);
}

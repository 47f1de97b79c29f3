using Grpc.Core;
using Microsoft.Extensions.Options;
using Personalization.Api.Errors;
using Personalization.Api.Validation;
using Personalization.Domain.Scoring;
using Personalization.Grains.Scoring;

namespace Personalization.Api.Scoring;

/// <summary>Says which versions of the scoring models read for whom.</summary>
internal sealed class ModelService(IGrainFactory grains, IOptions<ApiOptions> options) : Wire.ModelService.ModelServiceBase
{
    private readonly bool _allowsChanges = options.Value.AllowModelChanges;

    private IModelGrain Models => grains.GetGrain<IModelGrain>(0);

    /// <inheritdoc/>
    public override async Task<Wire.ListModelVersionsResponse> ListModelVersions(
        Wire.ListModelVersionsRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        ModelRules.CheckOptionalModel(request.Model, violations);
        violations.ThrowIfAny();
        var versions = await Models.Report().WaitAsync(context.CancellationToken);
        var response = new Wire.ListModelVersionsResponse();
        response.Versions.Add(
            versions.Where(version => request.Model.Length == 0 || version.Name == request.Model).Select(ModelMapping.ToWire));
        return response;
    }

    /// <inheritdoc/>
    public override async Task<Wire.LoadModelResponse> LoadModel(Wire.LoadModelRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        ModelRules.CheckModel(request.Model, violations);
        ModelRules.CheckPath(request.Path, violations);
        var change = await ChangeAsync(violations, context, stop => Models.Load(request.Model, request.Path, stop));
        return new Wire.LoadModelResponse { Version = Made(change, request.Path) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.SetModelTrafficResponse> SetModelTraffic(Wire.SetModelTrafficRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        ModelRules.CheckModel(request.Model, violations);
        ModelRules.CheckVersion(request.Version, violations);
        ModelRules.CheckTraffic(request.State, request.Share, violations);
        var change = await ChangeAsync(violations, context, stop => Models.Stage(
            request.Model, request.Version, ModelMapping.ToState(request.State), request.Share, stop));
        return new Wire.SetModelTrafficResponse { Version = Made(change, request.Version) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.RollbackModelResponse> RollbackModel(Wire.RollbackModelRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        ModelRules.CheckModel(request.Model, violations);
        ModelRules.CheckOptionalVersion(request.Version, violations);
        var change = await ChangeAsync(violations, context, stop => Models.RollBack(request.Model, request.Version, stop));
        return new Wire.RollbackModelResponse { Live = Made(change, request.Version) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.UnloadModelResponse> UnloadModel(Wire.UnloadModelRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        ModelRules.CheckModel(request.Model, violations);
        ModelRules.CheckVersion(request.Version, violations);
        var change = await ChangeAsync(violations, context, stop => Models.Unload(request.Model, request.Version, stop));
        return new Wire.UnloadModelResponse { Version = Made(change, request.Version) };
    }

    private async Task<ModelChangeMessage> ChangeAsync(
        FieldViolations violations, ServerCallContext context, Func<CancellationToken, Task<ModelChangeMessage>> change)
    {
        if (!_allowsChanges)
        {
            throw RpcErrors.ToException(RpcErrors.Make(
                StatusCode.PermissionDenied, Reasons.ModelChangesOff, "This server's configuration does not allow changes to its models."));
        }

        violations.ThrowIfAny();
        return await change(context.CancellationToken).WaitAsync(context.CancellationToken);
    }

    private static Wire.ModelVersion Made(ModelChangeMessage change, string asked) => change.Status switch
    {
        ModelChangeStatus.Done => ModelMapping.ToWire(change.Model!),
        ModelChangeStatus.PathRefused => throw RpcErrors.Invalid("path", change.Problem),
        ModelChangeStatus.NoSuchFile => throw RpcErrors.ToException(RpcErrors.NotFound("model file", asked)),
        ModelChangeStatus.NoSuchVersion => throw RpcErrors.ToException(RpcErrors.NotFound("model version", asked)),
        ModelChangeStatus.FileRefused => throw Refusal(StatusCode.FailedPrecondition, Reasons.ModelRefused, change.Problem),
        ModelChangeStatus.NoRoom => throw Refusal(StatusCode.ResourceExhausted, Reasons.TooManyVersions, change.Problem),
        _ => throw Refusal(StatusCode.FailedPrecondition, Reasons.ModelState, change.Problem),
    };

    private static RpcException Refusal(StatusCode code, string reason, string problem) =>
        RpcErrors.ToException(RpcErrors.Make(code, reason, problem));
}

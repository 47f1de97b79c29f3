using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Personalization.Api.Validation;
using Personalization.Grains.Operations;

namespace Personalization.Api.Operations;

/// <summary>How the engine itself is doing.</summary>
internal sealed class OperationsService(IEngineStatus engine) : Wire.OperationsService.OperationsServiceBase
{
    /// <inheritdoc/>
    public override async Task<Wire.GetServerStatusResponse> GetServerStatus(Wire.GetServerStatusRequest request, ServerCallContext context)
    {
        var status = await engine.GetAsync(context.CancellationToken);
        var response = new Wire.GetServerStatusResponse
        {
            Version = status.Version,
            PackageMode = status.PackageMode,
            StartedAt = TimeMapping.ToTimestamp(status.StartedAt),
            EventsAccepted = status.EventsAccepted,
            EventsDuplicate = status.EventsDuplicate,
            EventsRejected = status.EventsRejected,
            EventsQuarantined = status.EventsQuarantined,
            PayloadsWithoutConsent = status.PayloadsWithoutConsent,
            EventsApplied = status.EventsApplied,
            EventsBehind = status.EventsBehind,
            Recommendations = status.Recommendations,
            Interventions = status.Interventions,
            OutcomesJoined = status.OutcomesJoined,
            OutcomesUnjoined = status.OutcomesUnjoined,
            DedupWindow = Duration.FromTimeSpan(status.DedupWindow),
            DedupWindowEvents = status.DedupWindowEvents,
            CatalogProducts = status.CatalogProducts,
            CatalogVersion = status.CatalogVersion,
            PolicyVersion = status.PolicyVersion,
            Durability = status.Durability,
            LogPartitions = status.LogPartitions,
        };
        response.Roles.Add(status.Roles);
        response.Models.Add(status.Models.Select(ToWire));
        return response;
    }

    private static Wire.ModelStatus ToWire(ModelStatus model) => new()
    {
        Name = model.Name,
        Version = model.Version,
        Device = model.Device,
        Scored = model.Scored,
        QueueP99 = Duration.FromTimeSpan(model.QueueP99),
        ComputeP99 = Duration.FromTimeSpan(model.ComputeP99),
    };
}

using Grpc.Core;
using Personalization.Api.Errors;
using Personalization.Api.Validation;

namespace Personalization.Api.Rewards;

/// <summary>Hears what became of recommendations.</summary>
internal sealed class RewardService(OutcomeDoor door) : Wire.RewardService.RewardServiceBase
{
    /// <inheritdoc/>
    public override async Task<Wire.ReportOutcomesResponse> ReportOutcomes(Wire.ReportOutcomesRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.Count("outcomes", request.Outcomes.Count, 1, OutcomeDoor.MaxBatch);
        violations.ThrowIfAny();
        return await door.TakeAsync(request.Outcomes, context.CancellationToken);
    }
}

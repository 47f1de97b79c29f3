using Grpc.Core;
using Personalization.Api.Errors;
using Personalization.Api.Validation;

namespace Personalization.Api.Rewards.Evaluation;

/// <summary>Says from the decision log what another policy would have got.</summary>
internal sealed class EvaluationService(DecisionLogEvaluator evaluator) : Wire.EvaluationService.EvaluationServiceBase
{
    /// <inheritdoc/>
    public override Task<Wire.EvaluatePolicyResponse> EvaluatePolicy(Wire.EvaluatePolicyRequest request, ServerCallContext context)
    {
        var violations = new FieldViolations();
        EvaluationRules.Check(request, violations);
        violations.ThrowIfAny();
        var wanted = EvaluationMapping.ToCollectorOptions(request, evaluator.Rewards);
        return evaluator.EvaluateAsync(wanted, EvaluationMapping.ToOptions(request, wanted.RewardRange), context.CancellationToken);
    }
}

using System.Buffers;
using Grpc.Core;
using Personalization.Api.Errors;
using Personalization.Api.Validation;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Rewards.Evaluation;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Recommendations;

// Who decides, and what stands in the policy's shadow.
internal sealed partial class PolicyService
{
    /// <inheritdoc/>
    public override async Task<Wire.LoadShadowResponse> LoadShadow(
        IAsyncStreamReader<Wire.LoadShadowRequest> requestStream, ServerCallContext context)
    {
        CheckAllowed();
        var change = await AloneAsync(async () =>
        {
            var (settings, model) = await GatherShadowAsync(requestStream, context.CancellationToken);
            var violations = new FieldViolations();
            ShadowRules.Check(settings, model.Length > 0, violations);
            violations.ThrowIfAny();
            return await Policy.LoadShadow(PolicyMapping.ToMessage(settings, model)).WaitAsync(context.CancellationToken);
        });
        return new Wire.LoadShadowResponse { Policy = Made(change) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.UnloadShadowResponse> UnloadShadow(Wire.UnloadShadowRequest request, ServerCallContext context)
    {
        CheckAllowed();
        return new Wire.UnloadShadowResponse { Policy = Made(await Policy.UnloadShadow().WaitAsync(context.CancellationToken)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.PromoteShadowResponse> PromoteShadow(Wire.PromoteShadowRequest request, ServerCallContext context)
    {
        CheckAllowed();
        return new Wire.PromoteShadowResponse { Policy = Made(await Policy.PromoteShadow().WaitAsync(context.CancellationToken)) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.SetPolicyModeResponse> SetPolicyMode(Wire.SetPolicyModeRequest request, ServerCallContext context)
    {
        CheckAllowed();
        var violations = new FieldViolations();
        ShadowRules.Check(request, violations);
        violations.ThrowIfAny();
        var change = await Policy.SetMode(PolicyMapping.ToMode(request.Mode), PolicyMapping.ToMessage(request.LeaveWhen))
            .WaitAsync(context.CancellationToken);
        return new Wire.SetPolicyModeResponse { Policy = Made(change) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.GetShadowStatusResponse> GetShadowStatus(Wire.GetShadowStatusRequest request, ServerCallContext context)
    {
        var now = time.GetUtcNow();
        var violations = new FieldViolations();
        ShadowRules.Check(request, now, violations);
        violations.ThrowIfAny();
        var report = await Policy.Report().WaitAsync(context.CancellationToken);
        var shadow = report.Shadow ?? throw Refusal(Reasons.PolicyState, "Nothing stands in the policy's shadow.");
        var wanted = PolicyMapping.ToCollectorOptions(request, shadow, evaluator.Rewards, now);
        return new Wire.GetShadowStatusResponse
        {
            Shadow = PolicyMapping.ToWire(shadow),
            Evaluation = report.Mode == PolicyMode.Apprentice
                ? WithoutSupport()
                : await EvaluateAsync(wanted, request.Seed, context.CancellationToken),
        };
    }

    private async Task<Wire.EvaluatePolicyResponse> EvaluateAsync(SlateCollectorOptions wanted, ulong seed, CancellationToken cancellationToken)
    {
        var (min, max) = wanted.RewardRange;
        var evaluation = await evaluator.EvaluateAsync(
            wanted, new OffPolicyOptions { Seed = seed, MinReward = min, MaxReward = max }, cancellationToken);
        if (evaluation.Slots is { } slots)
        {
            // Without a reward model they would be IPS once more, under a better name.
            (slots.DoublyRobust, slots.SwitchDoublyRobust) = (null, null);
        }

        return evaluation;
    }

    private static Wire.EvaluatePolicyResponse WithoutSupport() => new()
    {
        Verdict = Wire.PolicyVerdict.Refused,
        RefusalReasons = { Wire.RefusalReason.NoSupport },
    };

    private static async Task<(Wire.ShadowSettings? Settings, byte[] Model)> GatherShadowAsync(
        IAsyncStreamReader<Wire.LoadShadowRequest> messages, CancellationToken cancellationToken)
    {
        Wire.ShadowSettings? settings = null;
        var gathered = new ArrayBufferWriter<byte>();
        for (var first = true; await messages.MoveNext(cancellationToken); first = false)
        {
            var message = messages.Current;
            if (message.Settings is not null && !first)
            {
                throw RpcErrors.Invalid("settings", "Are in a later message; allowed: in the first.");
            }

            settings ??= message.Settings;
            Gather(message.Part, gathered);
        }

        return (settings, gathered.WrittenSpan.ToArray());
    }
}

using Microsoft.Extensions.Options;
using Personalization.Api.Errors;
using Personalization.Domain.Rewards;
using Personalization.Domain.Rewards.Evaluation;

namespace Personalization.Api.Rewards.Evaluation;

/// <summary>Works out from the decision log what a policy would have got that did not make it.</summary>
internal sealed class DecisionLogEvaluator(IDecisionLog log, RewardOptions rewards, IOptions<ApiOptions> options, TimeProvider time) : IDisposable
{
    // A line is written when the fold gets to its event, which may be a while after the reward.
    private static readonly TimeSpan s_latestFold = TimeSpan.FromDays(1);

    // What an evaluation holds is bounded, and so is what all of them hold.
    private readonly SemaphoreSlim _oneAtATime = new(1);

    /// <summary>What outcomes are worth.</summary>
    public RewardOptions Rewards => rewards;

    /// <summary>Evaluates, one at a time.</summary>
    /// <param name="wanted">Which decisions, and which policy.</param>
    /// <param name="how">How they are evaluated.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<Wire.EvaluatePolicyResponse> EvaluateAsync(
        SlateCollectorOptions wanted, OffPolicyOptions how, CancellationToken cancellationToken)
    {
        if (!await _oneAtATime.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            throw RpcErrors.ToException(RpcErrors.Exhausted(
                Reasons.EvaluationUnderWay, "Another evaluation is being worked out.", options.Value.OverloadRetryDelay));
        }

        try
        {
            return await EvaluateAloneAsync(wanted, how, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<Wire.EvaluatePolicyResponse> EvaluateAloneAsync(
        SlateCollectorOptions wanted, OffPolicyOptions how, CancellationToken cancellationToken)
    {
        var collector = new SlateCollector(wanted);
        var unreadable = await ReadAsync(wanted, collector, cancellationToken);
        var collected = collector.Finish(time.GetUtcNow());
        cancellationToken.ThrowIfCancellationRequested();
        var response = new Wire.EvaluatePolicyResponse
        {
            Counts = EvaluationMapping.ToWire(collected, unreadable),
            Truncated = collected.LinesBeyondCap > 0,
        };
        Judge(response, collected, wanted.MaxSlots, how);
        return response;
    }

    /// <summary>Hands the log's lines to the collector, one by one. Returns how many could not be read.</summary>
    private async Task<long> ReadAsync(SlateCollectorOptions wanted, SlateCollector collector, CancellationToken cancellationToken)
    {
        var unreadable = 0L;
        await foreach (var entry in log.ScanAsync(wanted.From, LastLine(wanted.To), cancellationToken))
        {
            try
            {
                if (DecisionLogLine.TryDecode(entry.Body.Span, out var line))
                {
                    collector.Add(entry.User, JoinedReward.Decode(line.Reward.Span));
                }
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                unreadable++;
            }
        }

        return unreadable;
    }

    private static void Judge(Wire.EvaluatePolicyResponse response, CollectedSlates collected, int maxSlots, OffPolicyOptions options)
    {
        if (collected.Slates.Length < 2)
        {
            response.Verdict = Wire.PolicyVerdict.Refused;
            response.RefusalReasons.Add([Wire.RefusalReason.TooFewEffectiveSamples, Wire.RefusalReason.TooFewRewards]);
            return;
        }

        var slates = SlateEvaluation.Evaluate(collected.Slates, maxSlots, options);
        response.Slates = EvaluationMapping.ToWire(slates);
        response.Slots = EvaluationMapping.ToWire(OffPolicyEvaluation.Evaluate(collected.Slots.AsSpan(), options));
        response.Verdict = EvaluationMapping.ToWire(slates.Verdict);
        response.RefusalReasons.Add(slates.Refusals.Select(EvaluationMapping.ToWire));
    }

    /// <summary>When the last line can have been written of decisions made before a moment.</summary>
    private DateTimeOffset LastLine(DateTimeOffset to)
    {
        var wait = rewards.Window + rewards.AmendFor + s_latestFold;
        return DateTimeOffset.MaxValue - to > wait ? to + wait : DateTimeOffset.MaxValue;
    }
}

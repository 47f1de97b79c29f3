using Google.Protobuf.WellKnownTypes;
using Personalization.Api.Validation;
using Personalization.Domain.Recommendations.Decisions;

namespace Personalization.Api.Rewards.Evaluation;

/// <summary>What the contract asks of calls that evaluate policies.</summary>
internal static class EvaluationRules
{
    public const int MaxSlots = SlotCandidates.RememberedSlots;
    public const int MinDecisions = 100;
    public const int MaxDecisions = 500_000;
    public const int MinResamples = 100;
    public const int MaxResamples = 10_000;
    private static readonly TimeSpan s_longestSpan = TimeSpan.FromDays(366);

    /// <summary>Checks a whole request.</summary>
    public static void Check(Wire.EvaluatePolicyRequest request, FieldViolations violations)
    {
        CheckSpan(request.From, request.To, violations);
        CheckTarget(request.Target, "target", violations);
        violations.Stated("measure", request.Measure, (int)Wire.RewardMeasure.Feeling);
        Optional("max_slots", request.MaxSlots, 1, MaxSlots, violations);
        Optional("max_decisions", request.MaxDecisions, MinDecisions, MaxDecisions, violations);
        Optional("switch_above", request.SwitchAbove, 1, 1_000_000, violations);
        Optional("confidence", request.Confidence, 0.5, 0.999, violations);
        Optional("resamples", request.Resamples, MinResamples, MaxResamples, violations);
    }

    private static void CheckSpan(Timestamp? from, Timestamp? to, FieldViolations violations)
    {
        // Both are looked at, so that a caller hears of all that is wrong at once.
        if (!(IsMoment("from", from, violations) & IsMoment("to", to, violations)))
        {
            return;
        }

        var span = to!.ToTime() - from!.ToTime();
        if (span <= TimeSpan.Zero)
        {
            violations.Add("to", "is not after from");
        }
        else if (span > s_longestSpan)
        {
            violations.Add("to", $"is {span.TotalDays:0.#} days after from; allowed: up to {s_longestSpan.TotalDays}");
        }
    }

    private static bool IsMoment(string field, Timestamp? value, FieldViolations violations)
    {
        if (value is null)
        {
            violations.Add(field, "is not set; a moment is expected");
            return false;
        }

        return violations.Moment(field, value);
    }

    /// <summary>Checks an exploration rule with its parameters.</summary>
    public static void CheckTarget(Wire.TargetPolicy? target, string field, FieldViolations violations)
    {
        using var scope = violations.In(field);
        switch (target?.RuleCase ?? Wire.TargetPolicy.RuleOneofCase.None)
        {
            case Wire.TargetPolicy.RuleOneofCase.None:
                violations.Add("rule", "is not set; allowed: uniform, greedy, epsilon_greedy, linmed, squarecb");
                break;
            case Wire.TargetPolicy.RuleOneofCase.EpsilonGreedy:
                violations.Range("epsilon_greedy.epsilon", target!.EpsilonGreedy.Epsilon, 0.0, 1.0);
                break;
            case Wire.TargetPolicy.RuleOneofCase.Linmed:
                if (target!.Linmed.Beta is not (>= 1e-6 and <= 1000))
                {
                    violations.Add("linmed.beta", $"is {target.Linmed.Beta}; allowed: 0.000001 to 1,000");
                }

                violations.Range("linmed.floor", target.Linmed.Floor, 0.0, 1.0);
                break;
            case Wire.TargetPolicy.RuleOneofCase.Squarecb:
                violations.Range("squarecb.gamma", target!.Squarecb.Gamma, 0.0, 1e9);
                violations.Range("squarecb.floor", target.Squarecb.Floor, 0.0, 1.0);
                break;
        }
    }

    private static void Optional(string field, double value, double min, double max, FieldViolations violations)
    {
        if (value != 0)
        {
            violations.Range(field, value, min, max);
        }
    }
}

using Google.Protobuf.WellKnownTypes;
using Personalization.Api.Rewards.Evaluation;
using Personalization.Api.Validation;
using Personalization.Domain.Recommendations.Modes;

namespace Personalization.Api.Recommendations;

/// <summary>What the contract asks of calls about shadows and modes.</summary>
internal static class ShadowRules
{
    private static readonly TimeSpan s_longestSpan = TimeSpan.FromDays(366);

    /// <summary>Checks the settings of a shadow that is to be loaded.</summary>
    /// <param name="settings">What the first message had; null for nothing.</param>
    /// <param name="hasModel">Whether a model came with it.</param>
    /// <param name="violations">Receives what is wrong.</param>
    public static void Check(Wire.ShadowSettings? settings, bool hasModel, FieldViolations violations)
    {
        using var scope = violations.In("settings");
        if (settings?.Exploration is { } exploration)
        {
            EvaluationRules.CheckTarget(exploration, "exploration", violations);
        }
        else if (!hasModel)
        {
            violations.Add("exploration", "is not set, and no part of a model was sent; allowed: one of the two, or both");
        }

        if (settings is { Share: not (>= 0 and <= 1) })
        {
            violations.Add("share", $"is {settings.Share}; allowed: above 0, up to 1, or 0 for 1");
        }
    }

    /// <summary>Checks a change of the mode.</summary>
    public static void Check(Wire.SetPolicyModeRequest request, FieldViolations violations)
    {
        violations.Stated("mode", request.Mode, (int)Wire.PolicyMode.Apprentice);
        if (request.LeaveWhen is not { } exit)
        {
            return;
        }

        using var scope = violations.In("leave_when");
        if (request.Mode != Wire.PolicyMode.Apprentice)
        {
            violations.Add(string.Empty, "is set; allowed: with POLICY_MODE_APPRENTICE only");
        }

        violations.Range("decisions", exit.Decisions, ApprenticeExit.FewestDecisions, ApprenticeExit.MostDecisions);
        violations.Range("agreement", exit.Agreement, 0.0, 1.0);
        violations.Range("reward_share", exit.RewardShare, 0.0, ApprenticeExit.MostRewardShare);
        if (exit is { Agreement: 0, RewardShare: 0 })
        {
            violations.Add("agreement", "is 0, as is reward_share; allowed: not both");
        }
    }

    /// <summary>Checks a request for what the shadow would have got.</summary>
    public static void Check(Wire.GetShadowStatusRequest request, DateTimeOffset now, FieldViolations violations)
    {
        if (request.Measure != Wire.RewardMeasure.Unspecified)
        {
            violations.Stated("measure", request.Measure, (int)Wire.RewardMeasure.Feeling);
        }

        if (request.MaxSlots != 0)
        {
            violations.Range("max_slots", request.MaxSlots, 1, EvaluationRules.MaxSlots);
        }

        if (request.From is { } from && violations.Moment("from", from))
        {
            CheckAge(from, now, violations);
        }
    }

    private static void CheckAge(Timestamp from, DateTimeOffset now, FieldViolations violations)
    {
        var age = now - from.ToTime();
        if (age < TimeSpan.Zero || age > s_longestSpan)
        {
            violations.Add("from", $"is {age.TotalDays:0.#} days ago; allowed: 0 to {s_longestSpan.TotalDays}");
        }
    }
}

using Personalization.Api.Rewards.Evaluation;
using Personalization.Api.Validation;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Rewards;
using Personalization.Domain.Rewards.Evaluation;
using Personalization.Grains.Recommendations;

namespace Personalization.Api.Recommendations;

/// <summary>How policies stand, from the grains to the wire, and what is asked of them back.</summary>
internal static class PolicyMapping
{
    /// <summary>The wire's form of how the policy stands.</summary>
    public static Wire.PolicyStatus ToWire(PolicyReportMessage report)
    {
        var status = new Wire.PolicyStatus
        {
            Version = report.Version,
            Observations = report.Observations,
            Misfits = report.Misfits,
            Products = report.Products,
            MeanReward = report.MeanReward,
            ProductPull = report.ItemLambda,
            PullChanges = report.LambdaChanges,
            Alarms = report.Alarms,
            AlarmedAtObservation = report.AlarmedAt,
            AlarmScore = report.AlarmScore,
            HasPrevious = report.HasPrevious,
            Mode = ToWire(report.Mode),
            Shadow = report.Shadow is { } shadow ? ToWire(shadow) : null,
            Exploration = report.Exploration,
            LeaveWhen = report.Exit is not { } exit ? null : new Wire.ApprenticeExit
            {
                Decisions = exit.Decisions, Agreement = exit.Agreement, RewardShare = exit.RewardShare,
            },
        };
        status.Examination.Add(report.Examination);
        return status;
    }

    /// <summary>The wire's form of what stands in the shadow.</summary>
    public static Wire.ShadowPolicy ToWire(ShadowReportMessage shadow) => new()
    {
        Version = Shadow.NameOf(shadow.Number),
        Since = TimeMapping.ToTimestamp(shadow.Since),
        OwnModel = shadow.HasModel,
        Exploration = shadow.Exploration,
        Share = shadow.Share,
        Observations = shadow.Observations,
        FirstChoices = new Wire.FirstChoices
        {
            Decisions = shadow.Decisions,
            Agreement = shadow.Agreement,
            MeanReward = shadow.MeanReward,
            MeanRewardWhenAgreeing = shadow.MeanRewardWhenAgreeing,
        },
    };

    /// <summary>The wire's form of who decides.</summary>
    public static Wire.PolicyMode ToWire(PolicyMode mode) =>
        mode == PolicyMode.Apprentice ? Wire.PolicyMode.Apprentice : Wire.PolicyMode.Online;

    /// <summary>Who decides, of a checked request.</summary>
    public static PolicyMode ToMode(Wire.PolicyMode mode) =>
        mode == Wire.PolicyMode.Apprentice ? PolicyMode.Apprentice : PolicyMode.Online;

    /// <summary>When an apprentice takes over, of a checked request.</summary>
    public static ApprenticeExitMessage? ToMessage(Wire.ApprenticeExit? exit) =>
        exit is null ? null : new ApprenticeExitMessage(exit.Decisions, exit.Agreement, exit.RewardShare);

    /// <summary>A shadow of checked settings.</summary>
    public static ShadowMessage ToMessage(Wire.ShadowSettings? settings, byte[] model) => new(
        model.Length > 0 ? model : null, ToMessage(settings?.Exploration), settings is { Share: > 0 } ? settings.Share : 1);

    /// <summary>Which decisions tell what a shadow would have got.</summary>
    public static SlateCollectorOptions ToCollectorOptions(
        Wire.GetShadowStatusRequest request, ShadowReportMessage shadow, RewardOptions rewards, DateTimeOffset now) => new()
    {
        From = request.From is { } from && from.ToTime() > shadow.Since ? from.ToTime() : shadow.Since,
        To = now,
        Shadow = shadow.Number,
        Measure = EvaluationMapping.ToMeasure(request.Measure),
        Rewards = rewards,
        MaxSlots = EvaluationMapping.ToSlots(request.MaxSlots),
    };

    private static ExplorationMessage? ToMessage(Wire.TargetPolicy? rule) => rule?.RuleCase switch
    {
        Wire.TargetPolicy.RuleOneofCase.Uniform => new("uniform"),
        Wire.TargetPolicy.RuleOneofCase.Greedy => new("greedy"),
        Wire.TargetPolicy.RuleOneofCase.EpsilonGreedy => new("epsilon-greedy", Epsilon: rule.EpsilonGreedy.Epsilon),
        Wire.TargetPolicy.RuleOneofCase.Linmed => new("linmed", Beta: rule.Linmed.Beta, Floor: rule.Linmed.Floor),
        Wire.TargetPolicy.RuleOneofCase.Squarecb => new("squarecb", Floor: rule.Squarecb.Floor, Sharpness: rule.Squarecb.Gamma),
        _ => null,
    };
}

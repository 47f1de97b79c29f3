using Personalization.Api.Validation;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;
using Personalization.Domain.Rewards.Evaluation;
using Personalization.Domain.Statistics;

namespace Personalization.Api.Rewards.Evaluation;

/// <summary>Evaluations of policies, from the wire and to it.</summary>
internal static class EvaluationMapping
{
    private const int DefaultSlots = 10;
    private const int DefaultDecisions = 100_000;
    private const int DefaultResamples = 1000;
    private const double DefaultSwitch = 100;
    private const double DefaultConfidence = 0.95;

    /// <summary>What a checked request takes from the log.</summary>
    public static SlateCollectorOptions ToCollectorOptions(Wire.EvaluatePolicyRequest request, RewardOptions rewards) => new()
    {
        From = request.From.ToTime(),
        To = request.To.ToTime(),
        Target = ToRule(request.Target),
        Measure = ToMeasure(request.Measure),
        Rewards = rewards,
        MaxSlots = ToSlots(request.MaxSlots),
        MaxDecisions = request.MaxDecisions > 0 ? request.MaxDecisions : DefaultDecisions,
    };

    /// <summary>What is measured, of a checked request; the engine's own reward where none is set.</summary>
    /// <remarks>Both list the same measures; the wire's begin with one for a field that is not set.</remarks>
    public static RewardMeasure ToMeasure(Wire.RewardMeasure measure) =>
        measure == Wire.RewardMeasure.Unspecified ? RewardMeasure.EngineReward : (RewardMeasure)(measure - 1);

    /// <summary>How many slots are looked at, of a checked request.</summary>
    public static int ToSlots(int asked) => asked > 0 ? asked : DefaultSlots;

    /// <summary>How a checked request is evaluated.</summary>
    public static OffPolicyOptions ToOptions(Wire.EvaluatePolicyRequest request, (double Min, double Max) rewards) => new()
    {
        SwitchAbove = request.SwitchAbove > 0 ? request.SwitchAbove : DefaultSwitch,
        Alpha = 1 - (request.Confidence > 0 ? request.Confidence : DefaultConfidence),
        Resamples = request.Resamples > 0 ? request.Resamples : DefaultResamples,
        Seed = request.Seed,
        MinReward = rewards.Min,
        MaxReward = rewards.Max,
    };

    /// <summary>The wire's form of what slates say.</summary>
    public static Wire.SlateEstimates ToWire(SlateReport report) => new()
    {
        Slates = report.Slates,
        Users = report.Clusters,
        Rewarded = report.Rewarded,
        OnPolicy = ToWire(report.LoggedValue),
        Sequential = ToWire(report.Value),
        SequentialBernstein = ToWire(report.ValueBernstein),
        ConfidenceSequence = ToWire(report.ValueSequence),
        Difference = ToWire(report.Difference),
        Weights = Weights(report.EffectiveSize, report.MaxWeight, report.MeanWeight),
    };

    /// <summary>The wire's form of what single slots say.</summary>
    public static Wire.SlotEstimates ToWire(OffPolicyReport report) => new()
    {
        Slots = report.Decisions,
        OnPolicy = ToWire(report.LoggedInterval),
        Ips = ToWire(report.Ips),
        IpsBernstein = ToWire(report.IpsBernstein),
        Snips = ToWire(report.Snips),
        DoublyRobust = ToWire(report.DoublyRobust),
        SwitchDoublyRobust = ToWire(report.SwitchDoublyRobust),
        Weights = Weights(report.EffectiveSize, report.MaxWeight, report.MeanWeight),
    };

    /// <summary>The wire's form of what became of decisions.</summary>
    public static Wire.DecisionCounts ToWire(CollectedSlates collected, long linesUnreadable) => new()
    {
        Read = collected.Decisions,
        Evaluated = collected.Slates.Length,
        WindowOpen = collected.Open,
        WithoutPropensities = collected.WithoutPropensities,
        WithoutCandidates = collected.WithoutCandidates,
        WithoutComponents = collected.WithoutComponents,
        WithGaps = collected.WithGaps,
        LinesBeyondCap = collected.LinesBeyondCap,
        LinesUnreadable = linesUnreadable,
    };

    /// <summary>The wire's form of a verdict.</summary>
    public static Wire.PolicyVerdict ToWire(OffPolicyVerdict verdict) => verdict switch
    {
        OffPolicyVerdict.Better => Wire.PolicyVerdict.Better,
        OffPolicyVerdict.Worse => Wire.PolicyVerdict.Worse,
        OffPolicyVerdict.NoDifference => Wire.PolicyVerdict.NoDifference,
        _ => Wire.PolicyVerdict.Refused,
    };

    /// <summary>The wire's form of a refusal.</summary>
    public static Wire.RefusalReason ToWire(OffPolicyRefusal refusal) => refusal switch
    {
        OffPolicyRefusal.EffectiveSizeTooSmall => Wire.RefusalReason.TooFewEffectiveSamples,
        OffPolicyRefusal.TooFewRewards => Wire.RefusalReason.TooFewRewards,
        _ => Wire.RefusalReason.WeightsOff,
    };

    private static IExplorationRule ToRule(Wire.TargetPolicy target) => target.RuleCase switch
    {
        Wire.TargetPolicy.RuleOneofCase.Greedy => new Greedy(),
        Wire.TargetPolicy.RuleOneofCase.EpsilonGreedy => new EpsilonGreedy(target.EpsilonGreedy.Epsilon),
        Wire.TargetPolicy.RuleOneofCase.Linmed => new LinMed(target.Linmed.Beta, target.Linmed.Floor),
        Wire.TargetPolicy.RuleOneofCase.Squarecb => new SquareCb(target.Squarecb.Gamma, target.Squarecb.Floor),
        _ => new UniformRule(),
    };

    private static Wire.PolicyEstimate ToWire(ConfidenceInterval interval) => new()
    {
        Value = interval.Estimate,
        Low = interval.Low,
        High = interval.High,
    };

    private static Wire.WeightDiagnostics Weights(double effectiveSize, double max, double mean) => new()
    {
        EffectiveSampleSize = effectiveSize,
        MaxWeight = max,
        MeanWeight = mean,
    };
}

using System.Diagnostics.Metrics;

namespace Personalization.Grains.Operations;

/// <summary>
/// What the engine counts and times, by name, in one place. Counters only grow; nothing is dropped, degraded or turned
/// away without one of them saying so. The tags are bounded sets, never ids of shoppers or products.
/// </summary>
public static class EngineMeters
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Personalization";

    private static readonly Meter s_meter = new(MeterName);

    /// <summary>Events taken at the door, by <c>status</c>: accepted, duplicate, rejected, quarantined.</summary>
    public static readonly Counter<long> EventsReceived =
        s_meter.CreateCounter<long>("personalization.events.received", "{event}", "Events answered at the door, by status.");

    /// <summary>Payloads dropped unread for want of consent.</summary>
    public static readonly Counter<long> PayloadsWithoutConsent =
        s_meter.CreateCounter<long>("personalization.payloads.without_consent", "{payload}", "Payloads dropped unread for want of consent.");

    /// <summary>
    /// What an event would have led to beyond its shopper, and did not for want of consent, by <c>purpose</c> (analytics,
    /// model_training) and <c>kind</c> (product, visit, policy, intervention, decision_log).
    /// </summary>
    public static readonly Counter<long> ContributionsWithoutConsent = s_meter.CreateCounter<long>(
        "personalization.contributions.without_consent", "{contribution}", "What was not passed on for want of consent, by purpose and kind.");

    /// <summary>Events folded in.</summary>
    public static readonly Counter<long> EventsApplied =
        s_meter.CreateCounter<long>("personalization.events.applied", "{event}", "Events folded into profiles.");

    /// <summary>
    /// Payloads folded in without their feeling, by <c>status</c>: <c>timeout</c> and <c>unreachable</c> are read later
    /// (<see cref="FeelingsLate"/>), <c>failed</c>, <c>no_scorer</c> and <c>beyond_capacity</c> are not.
    /// </summary>
    public static readonly Counter<long> ScoringMissed =
        s_meter.CreateCounter<long>("personalization.scoring.missed", "{payload}", "Payloads folded in without being scored, by status.");

    /// <summary>Feelings that were owed and have been settled, by <c>outcome</c>: read, duplicate (settled before a crash), gone (erased since).</summary>
    public static readonly Counter<long> FeelingsLate =
        s_meter.CreateCounter<long>("personalization.feelings.late", "{payload}", "Feelings read after their events had been folded in, by outcome.");

    /// <summary>Windows whose intent no model told in time, by <c>status</c>: the rule's was used.</summary>
    public static readonly Counter<long> IntentMissed =
        s_meter.CreateCounter<long>("personalization.intent.missed", "{window}", "Windows whose intent was told by rule for want of a model's answer, by status.");

    /// <summary>Records of the log that could not be read and were stepped over, by <c>reason</c>.</summary>
    public static readonly Counter<long> RecordsUnreadable =
        s_meter.CreateCounter<long>("personalization.records.unreadable", "{record}", "Log records that could not be decoded, by reason.");

    /// <summary>Batches of the pump that failed and were tried again.</summary>
    public static readonly Counter<long> PumpRetries =
        s_meter.CreateCounter<long>("personalization.pump.retries", "{batch}", "Batches that failed and were tried again.");

    /// <summary>How long places for folding have rested, because calls that somebody waits for had to wait for a processor.</summary>
    public static readonly Counter<long> FoldingRested =
        s_meter.CreateCounter<long>("personalization.folding.rested", "ms", "Time for which folding gave way to calls, over all of its places.");

    /// <summary>Slates made, by <c>kind</c> (recommend, rank, watch) and <c>degraded</c>.</summary>
    public static readonly Counter<long> Recommendations =
        s_meter.CreateCounter<long>("personalization.recommendations", "{slate}", "Slates made.");

    /// <summary>Interventions decided, by <c>action</c>.</summary>
    public static readonly Counter<long> Interventions =
        s_meter.CreateCounter<long>("personalization.interventions", "{decision}", "Interventions decided, by action.");

    /// <summary>Outcomes that were joined to their decision.</summary>
    public static readonly Counter<long> OutcomesJoined =
        s_meter.CreateCounter<long>("personalization.outcomes.joined", "{outcome}", "Outcomes joined to their decision.");

    /// <summary>Outcomes that were not, by <c>reason</c>.</summary>
    public static readonly Counter<long> OutcomesUnjoined =
        s_meter.CreateCounter<long>("personalization.outcomes.unjoined", "{outcome}", "Outcomes whose decision was not found or was closed.");

    /// <summary>How often the recommendation policy found its predictions worse than they used to be, and opened exploration again.</summary>
    public static readonly Counter<long> PolicyAlarms =
        s_meter.CreateCounter<long>("personalization.policy.alarms", "{alarm}", "Times the recommendation policy predicted worse than it used to, and explored more again.");

    /// <summary>Decisions that a policy in the shadow was scored on, by <c>mode</c>: online, apprentice.</summary>
    public static readonly Counter<long> ShadowDecisions = s_meter.CreateCounter<long>(
        "personalization.policy.shadow.decisions", "{decision}", "Decisions that a policy in the shadow was scored on, by who decided.");

    /// <summary>
    /// How likely the shadow would have chosen their first items, added up, by <c>mode</c>: divided by <see cref="ShadowDecisions"/>, the
    /// share of decisions in which both agree.
    /// </summary>
    public static readonly Counter<double> ShadowAgreement = s_meter.CreateCounter<double>(
        "personalization.policy.shadow.agreement", "{decision}", "How likely the policy in the shadow would have chosen the first items shown, added up.");

    /// <summary>Rewards that were written into the decision log.</summary>
    public static readonly Counter<long> RewardsLogged =
        s_meter.CreateCounter<long>("personalization.rewards.logged", "{reward}", "Joined rewards written into the decision log.");

    /// <summary>Records that retention removed, by <c>log</c>: events, decisions.</summary>
    public static readonly Counter<long> RecordsTrimmed =
        s_meter.CreateCounter<long>("personalization.records.trimmed", "{record}", "Records removed by retention, by log.");

    /// <summary>Decisions that could not be logged: their outcomes will not be joined after a crash.</summary>
    public static readonly Counter<long> DecisionsUnlogged =
        s_meter.CreateCounter<long>("personalization.decisions.unlogged", "{decision}", "Decisions that could not be appended to the log.");

    /// <summary>Time from an event's receipt to its being folded in, in milliseconds.</summary>
    public static readonly Histogram<double> FoldLatency =
        s_meter.CreateHistogram<double>("personalization.fold.latency", "ms", "From an event's receipt to its being folded into the profile.");

    /// <summary>Time a slate took inside the grain, in milliseconds, without waiting for a token.</summary>
    public static readonly Histogram<double> RecommendLatency =
        s_meter.CreateHistogram<double>("personalization.recommend.latency", "ms", "Making a slate, inside the grain.");

    /// <summary>Time a decision took inside the grain, in milliseconds, without waiting for a token.</summary>
    public static readonly Histogram<double> DecideLatency =
        s_meter.CreateHistogram<double>("personalization.decide.latency", "ms", "Deciding on an intervention, inside the grain.");

    /// <summary>Time a checkpoint took, in milliseconds.</summary>
    public static readonly Histogram<double> CheckpointLatency =
        s_meter.CreateHistogram<double>("personalization.checkpoint.latency", "ms", "Persisting what was folded in and moving a partition's checkpoint.");
}

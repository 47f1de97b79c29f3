using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Commands;
using Personalization.LoadTest.Driving;
using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.LoadTest.Reporting;

/// <summary>Sums a simulation up.</summary>
internal static class SimulationSummary
{
    private const int Draws = 1000;

    public static Summary Make(
        World world, DemoOptions options, GetServerStatusResponse status, Spearman.Result sentiment, TimeSpan elapsed, long events, TimeSpan? settled)
    {
        var record = world.Record;
        var rates = Enum.GetValues<Arm>().ToDictionary(
            arm => arm, arm => ClusteredBootstrap.Rates(world.ArmRecord.Clusters(arm), Draws, Rng.For(options.Seed, $"bootstrap {arm}")));
        return Common("simulation", options, status, record, elapsed, events) with
        {
            SettledAfterMs = settled?.TotalMilliseconds,
            Arms = rates.ToDictionary(r => r.Key.ToString().ToLowerInvariant(), r => ArmOf(world, r.Key, r.Value)),
            LiftOverPopularity = Lift(world, rates, Arm.Popularity),
            LiftOverRandom = Lift(world, rates, Arm.Random),
            Interventions = InterventionsOf(world),
            InterventionsForReview = world.Interventions.HumanReviews,
            SentimentRankCorrelation = Summary.Finite(sentiment.Rho),
            SentimentRankCorrelationCi95 = Summary.Pair(sentiment.Ci95),
            SentimentProducts = sentiment.Pairs,
            FeelingsExpressed = world.Feelings.Total,
        };
    }

    /// <summary>What every kind of run measures.</summary>
    public static Summary Common(
        string kind, DemoOptions options, GetServerStatusResponse status, RunRecord record, TimeSpan elapsed, long eventsInTime) => new()
        {
            Kind = kind,
            PackageMode = status.PackageMode,
            ServerVersion = status.Version,
            Durability = status.Durability,
            Seconds = Math.Round(elapsed.TotalSeconds, 3),
            Seed = options.Seed,
            EventsAcknowledged = record.EventsAcknowledged,
            EventsPerSecond = Math.Round(eventsInTime / elapsed.TotalSeconds, 1),
            EventsDuplicate = record.EventsDuplicate,
            OutcomesAcknowledged = record.OutcomesAcknowledged,
            Visits = record.Visits,
            VisitsDropped = record.VisitsDropped,
            Recommendations = record.Recommendations,
            RecommendP50Ms = Quantile(record.Recommend, 0.5),
            RecommendP99Ms = Quantile(record.Recommend, 0.99),
            RecommendAfterWriteP50Ms = Quantile(record.RecommendAfterWrite, 0.5),
            RecommendAfterWriteP99Ms = Quantile(record.RecommendAfterWrite, 0.99),
            DecideP50Ms = Quantile(record.Decide, 0.5),
            DecideP99Ms = Quantile(record.Decide, 0.99),
            AcknowledgeP50Ms = Quantile(record.Acknowledge, 0.5),
            AcknowledgeP99Ms = Quantile(record.Acknowledge, 0.99),
            FreshnessP50Ms = Quantile(record.Freshness, 0.5),
            FreshnessP99Ms = Quantile(record.Freshness, 0.99),
            FreshnessSamples = record.Freshness.Count,
            Sources = Sorted(record.Sources),
            Degraded = Sorted(record.Degraded),
            Refused = Sorted(record.Refused),
            PayloadsWithoutConsent = status.PayloadsWithoutConsent,
            Errors = Sorted(record.Errors),
        };

    private static double? Quantile(LatencyHistogram histogram, double quantile) => Summary.Finite(histogram.QuantileMs(quantile), 3);

    private static SortedDictionary<string, long> Sorted(IEnumerable<KeyValuePair<string, long>> counts) =>
        new(counts.ToDictionary(c => c.Key, c => c.Value), StringComparer.Ordinal);

    private static ArmSummary ArmOf(World world, Arm arm, double[] rates)
    {
        var (impressions, clicks) = world.ArmRecord.Totals(arm);
        var (carts, purchases, revenue) = world.ArmRecord.Sales(arm);
        return new ArmSummary(
            world.ArmRecord.Clusters(arm).Count,
            impressions,
            clicks,
            Summary.Finite(clicks / (double)impressions),
            Summary.Pair(Interval.Of([.. rates])),
            Summary.Pair(Wilson.Of(clicks, impressions)),
            [.. world.ArmRecord.PeriodRates(arm).Select(r => Math.Round(r, 6))],
            carts,
            purchases,
            revenue);
    }

    private static Measured Lift(World world, Dictionary<Arm, double[]> rates, Arm over)
    {
        var (impressions, clicks) = world.ArmRecord.Totals(Arm.Engine);
        var (baseImpressions, baseClicks) = world.ArmRecord.Totals(over);
        var lift = (clicks / (double)impressions / (baseClicks / (double)baseImpressions)) - 1;
        return new Measured(Summary.Finite(lift, 4), Summary.Pair(Interval.Of(ClusteredBootstrap.Lifts(rates[Arm.Engine], rates[over]))));
    }

    private static Dictionary<string, InterventionSummary> InterventionsOf(World world) =>
        Enum.GetValues<InterventionAction>()
            .Where(a => a != InterventionAction.Unspecified || world.Interventions.Of(a).Decided > 0)
            .ToDictionary(a => a.ToString().ToUpperInvariant(), a =>
            {
                var (decided, accepted, converted, profit) = world.Interventions.Of(a);
                return new InterventionSummary(decided, accepted, converted, profit);
            });
}

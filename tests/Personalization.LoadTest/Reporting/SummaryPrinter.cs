using System.Globalization;

namespace Personalization.LoadTest.Reporting;

/// <summary>Prints a summary for people.</summary>
internal static class SummaryPrinter
{
    public static void Print(Summary s, TextWriter to)
    {
        to.WriteLine();
        to.WriteLine(Text($"Packages {s.PackageMode}; engine {s.ServerVersion}; acknowledged means {s.Durability}"));
        to.WriteLine(Text($"Events           {s.EventsAcknowledged:N0} acknowledged, {s.EventsPerSecond:N0} a second; durable after {Ms(s.AcknowledgeP50Ms)} (p99 {Ms(s.AcknowledgeP99Ms)})"));
        to.WriteLine(Text($"Recommendations  {s.Recommendations:N0}; p50 {Ms(s.RecommendP50Ms)}, p99 {Ms(s.RecommendP99Ms)}; with its own writes p50 {Ms(s.RecommendAfterWriteP50Ms)}, p99 {Ms(s.RecommendAfterWriteP99Ms)}"));
        if (s.FreshnessSamples > 0)
        {
            to.WriteLine(Text($"Freshness        acknowledged → visible p50 {Ms(s.FreshnessP50Ms)}, p99 {Ms(s.FreshnessP99Ms)} ({s.FreshnessSamples:N0} probes)"));
        }

        Arms(s, to);
        Interventions(s, to);
        if (s.SentimentProducts > 0)
        {
            to.WriteLine(Text($"Sentiment        learned beside true: rank correlation {Number(s.SentimentRankCorrelation)} {Range(s.SentimentRankCorrelationCi95)} over {s.SentimentProducts:N0} products"));
        }

        Modalities(s, to);
        Replay(s.Replay, to);
        Counts("Refused", s.Refused, to);
        Counts("Degraded", s.Degraded, to);
        Counts("ERRORS", s.Errors, to);
    }

    private static void Arms(Summary s, TextWriter to)
    {
        foreach (var (name, arm) in s.Arms)
        {
            to.WriteLine(Text($"  {name,-12} CTR {Percent(arm.Ctr)} {PercentRange(arm.Ci95)}  {arm.Clicks:N0} of {arm.Impressions:N0}; by quarter {string.Join(" ", arm.CtrByQuarter.Select(r => Percent(r)))}; {arm.Purchases:N0} sold"));
        }

        if (s.LiftOverPopularity is { } popularity && s.LiftOverRandom is { } random)
        {
            to.WriteLine(Text($"Lift             over popularity {Percent(popularity.Value)} {PercentRange(popularity.Ci95)}, over random {Percent(random.Value)} {PercentRange(random.Ci95)}"));
        }
    }

    private static void Interventions(Summary s, TextWriter to)
    {
        if (s.Interventions.Count > 0)
        {
            to.WriteLine("Interventions    " + string.Join("; ", s.Interventions.Where(i => i.Value.Decided > 0).Select(i =>
                Text($"{i.Key.ToLowerInvariant()} {i.Value.Decided:N0} ({Percent(i.Value.Converted / (double)i.Value.Decided)} bought)"))));
        }
    }

    private static void Modalities(Summary s, TextWriter to)
    {
        foreach (var (name, modality) in s.Modalities)
        {
            to.WriteLine(Text($"  {name,-14} read by {modality.ReadBy}{(modality.Moves ? "" : ": DOES NOT MOVE THEM")}"));
            Stimulus(modality.Pleasant, to);
            Stimulus(modality.Unpleasant, to);
        }
    }

    private static void Stimulus(StimulusSummary s, TextWriter to) => to.WriteLine(Text(
        $"    {s.Sent,-36} valence {Change(s.Valence)}, arousal {Change(s.Arousal)}, intent {Change(s.PurchaseIntent)}; estimates moved {Percent(s.ScoresMoved)}, {s.NewAmongTen} new among the ten best, after {Ms(s.ShownAfterMs)}"));

    private static string Change(double?[] pair) => pair is [{ } before, { } after] ? Text($"{before:F2} → {after:F2}") : "–";

    private static void Replay(ReplaySummary? r, TextWriter to)
    {
        if (r is null)
        {
            return;
        }

        to.WriteLine(Text($"Replay           {r.Format}: {r.Events:N0} events of {r.Users:N0} users about {r.Products:N0} products; acknowledged in {r.AcknowledgedAfterSeconds:F1} s, folded in after {r.AppliedAfterSeconds:F1} s"));
        if (r.Spearman is not null)
        {
            to.WriteLine(Text($"                 learned sentiment beside withheld stars: Spearman {Number(r.Spearman)} {Range(r.SpearmanCi95)} over {r.ProductsCompared:N0} products with at least {r.MinReviews} reviews"));
        }

        if (r.UsersAsked is not null)
        {
            to.WriteLine(Text($"                 withheld item among ten: engine hits {Percent(r.EngineHitRate10?.Value)} {PercentRange(r.EngineHitRate10?.Ci95)}, NDCG {Number(r.EngineNdcg10?.Value)}; popularity hits {Percent(r.PopularityHitRate10?.Value)} {PercentRange(r.PopularityHitRate10?.Ci95)}, NDCG {Number(r.PopularityNdcg10?.Value)} ({r.UsersAsked:N0} users)"));
        }
    }

    private static void Counts(string title, IReadOnlyDictionary<string, long> counts, TextWriter to)
    {
        foreach (var (what, count) in counts)
        {
            to.WriteLine(Text($"{title,-16} {count:N0} × {what}"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Ms(double? value) => value is { } v ? Text($"{v:F1} ms") : "–";

    private static string Number(double? value) => value is { } v ? Text($"{v:F3}") : "–";

    private static string Percent(double? value) => value is { } v ? Text($"{100 * v:F2} %") : "–";

    private static string Range(double?[]? pair) => pair is [{ } low, { } high] ? Text($"[{low:F3}, {high:F3}]") : "[–]";

    private static string PercentRange(double?[]? pair) => pair is [{ } low, { } high] ? Text($"[{100 * low:F2}, {100 * high:F2}]") : "[–]";
}

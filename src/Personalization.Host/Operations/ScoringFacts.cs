using Personalization.Grains.Operations;
using Personalization.Domain.Scoring;

namespace Personalization.Host.Operations;

/// <summary>The scoring models that read for users.</summary>
internal sealed class ScoringFacts(ISentimentScorer scorer, MeterAggregator meters)
{
    public IReadOnlyList<ModelStatus> Models()
    {
        var latencies = meters.Latencies();
        var reading = scorer.Report().Where(static model => model.State is ModelState.Live or ModelState.Canary);
        return [.. reading.Select(model => new ModelStatus(
            model.Name, model.Version[(model.Version.IndexOf('@') + 1)..], model.Device, model.Scored,
            P99(latencies, $"personalization.scoring.batch.queue {model.Name},{model.Version}"),
            P99(latencies, $"personalization.scoring.batch.compute {model.Name},{model.Version}")))];
    }

    private static TimeSpan P99(IReadOnlyDictionary<string, Dashboard.LatencySummary> latencies, string name) =>
        TimeSpan.FromMilliseconds(latencies.TryGetValue(name, out var summary) ? summary.P99 : 0);
}

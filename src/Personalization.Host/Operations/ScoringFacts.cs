using Personalization.Grains.Operations;
using Personalization.Scoring;

namespace Personalization.Host.Operations;

/// <summary>The scoring models at work.</summary>
internal sealed class ScoringFacts(BatchingSentimentScorer scorer, MeterAggregator meters)
{
    public IReadOnlyList<ModelStatus> Models()
    {
        var latencies = meters.Latencies();
        return [.. scorer.Models.Select(model =>
        {
            var (name, number) = Split(model.Version);
            return new ModelStatus(
                name, number, model.Device, model.Statistics().Computed,
                P99(latencies, $"personalization.scoring.batch.queue {name}"), P99(latencies, $"personalization.scoring.batch.compute {name}"));
        })];
    }

    private static TimeSpan P99(IReadOnlyDictionary<string, Dashboard.LatencySummary> latencies, string name) =>
        TimeSpan.FromMilliseconds(latencies.TryGetValue(name, out var summary) ? summary.P99 : 0);

    private static (string Name, string Version) Split(string version) =>
        version.Split('@', 2) is [var name, var number] ? (name, number) : (version, "");
}

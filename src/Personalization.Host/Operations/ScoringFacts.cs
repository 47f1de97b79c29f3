using Personalization.Grains.Operations;
using Personalization.Scoring;

namespace Personalization.Host.Operations;

/// <summary>The scoring models at work.</summary>
internal sealed class ScoringFacts(BatchingSentimentScorer scorer, MeterAggregator meters)
{
    public IReadOnlyList<ModelStatus> Models()
    {
        var latencies = meters.Latencies();
        var models = new List<ModelStatus>();
        if (scorer is { TextModelVersion: { } version, Device: { } device, TextStatistics: { } statistics })
        {
            var (name, number) = Split(version);
            models.Add(new ModelStatus(
                name, number, device, statistics.Computed,
                P99(latencies, "personalization.scoring.batch.queue"), P99(latencies, "personalization.scoring.batch.compute")));
        }

        return models;
    }

    private static TimeSpan P99(IReadOnlyDictionary<string, Dashboard.LatencySummary> latencies, string name) =>
        TimeSpan.FromMilliseconds(latencies.TryGetValue(name, out var summary) ? summary.P99 : 0);

    private static (string Name, string Version) Split(string version) =>
        version.Split('@', 2) is [var name, var number] ? (name, number) : (version, "");
}

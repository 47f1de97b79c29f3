using Personalization.Grains.Operations;

namespace Personalization.Dashboard;

/// <summary>What the page shows at one moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Status">The engine's status: counts since the start; the page takes differences.</param>
/// <param name="Latencies">Latencies in milliseconds over the last interval, by what they are of.</param>
/// <param name="Queues">Lengths of queues, by name.</param>
/// <param name="Decisions">The last decisions, newest first.</param>
public sealed record DashboardSample(
    DateTimeOffset At,
    EngineStatus Status,
    IReadOnlyDictionary<string, LatencySummary> Latencies,
    IReadOnlyDictionary<string, double> Queues,
    IReadOnlyList<RecentDecision> Decisions);

/// <summary>A distribution of times, in short.</summary>
/// <param name="Count">How many.</param>
/// <param name="P50">Median, in milliseconds.</param>
/// <param name="P99">99th percentile, in milliseconds.</param>
public readonly record struct LatencySummary(long Count, double P50, double P99);

/// <summary>Where the page gets its figures from.</summary>
public interface IDashboardSource
{
    /// <summary>The figures now.</summary>
    ValueTask<DashboardSample> SampleAsync(CancellationToken cancellationToken);
}

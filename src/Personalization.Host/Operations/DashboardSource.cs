using Personalization.Dashboard;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Host.Operations;

/// <summary>What the status page shows.</summary>
internal sealed class DashboardSource(
    IEngineStatus status, MeterAggregator meters, IEventLog log, RecentDecisions decisions, TimeProvider time) : IDashboardSource
{
    private const int DecisionsShown = 20;

    public async ValueTask<DashboardSample> SampleAsync(CancellationToken cancellationToken)
    {
        var now = await status.GetAsync(cancellationToken);
        var queues = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["appends waiting for their commit"] = log.PendingAppends,
            ["events not folded in yet"] = now.EventsBehind,
            ["thread pool"] = ThreadPool.PendingWorkItemCount,
        };
        foreach (var (model, waiting) in meters.Gauges("personalization.scoring.queue.length"))
        {
            queues[$"payloads waiting for {model[(model.IndexOf(',') + 1)..]}"] = waiting;
        }

        return new DashboardSample(time.GetUtcNow(), now, meters.Latencies(), queues, decisions.Latest(DecisionsShown));
    }
}

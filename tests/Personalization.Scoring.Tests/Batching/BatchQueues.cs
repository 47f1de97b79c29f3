using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Tests.Batching;

/// <summary>Queues as tests use them.</summary>
internal static class BatchQueues
{
    /// <summary>Adds an item; whether it was taken in.</summary>
    public static bool TryEnqueue(
        this BatchQueue<string> queue, string item, int lane, long deadline, ulong owner, long now, int size = 0, int cost = 1) =>
        queue.Enqueue(item, lane, deadline, owner, now, size, cost) == ScoringRefusal.None;

    /// <summary>The next batch.</summary>
    public static List<Waiting<string>> Take(this BatchQueue<string> queue, long now, long compute = 0)
    {
        List<Waiting<string>> batch = [], expired = [];
        queue.Take(now, compute, batch, expired);
        return batch;
    }
}

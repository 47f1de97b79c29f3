using CsCheck;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Tests.Batching;

public sealed class BatchQueueTests
{
    private const long Millisecond = TimeSpan.TicksPerMillisecond;
    private const long Never = BatchQueue<string>.NoDeadline;
    private readonly BatcherOptions _options = new()
    {
        MaxBatch = 4, PreferredBatch = 3, QueueBound = 8, LongestQueueDelay = TimeSpan.FromMilliseconds(10),
    };

    [Fact]
    public void Decide_EmptyQueue_NeitherGoesNorAsksAgain()
    {
        var decision = new BatchQueue<string>(_options).Decide(now: 0, compute: 0, draining: true);

        Assert.False(decision.Goes);
        Assert.Equal(long.MaxValue, decision.AskAgainAt);
    }

    [Theory]
    [InlineData(4, BatchExit.Full)]
    [InlineData(3, BatchExit.Preferred)]
    [InlineData(2, BatchExit.None)]
    public void Decide_SoManyWaiting_GoesForThatReason(int waiting, BatchExit expected)
    {
        var queue = Filled(waiting);

        Assert.Equal(expected, queue.Decide(now: 0, compute: 0, draining: false).Exit);
    }

    [Fact]
    public void Decide_OneWaiting_GoesWhenTheLongestDelayIsOver()
    {
        var queue = Filled(1);

        Assert.Equal(10 * Millisecond, queue.Decide(9 * Millisecond, 0, draining: false).AskAgainAt);
        Assert.Equal(BatchExit.Delay, queue.Decide(10 * Millisecond, 0, draining: false).Exit);
    }

    [Fact]
    public void Decide_LaterItems_DoNotProlongTheWaitOfTheFirst()
    {
        var queue = Filled(1);
        queue.TryEnqueue("later, and more urgent", 0, deadline: 50 * Millisecond, owner: 9, now: 9 * Millisecond);

        Assert.Equal(BatchExit.Delay, queue.Decide(10 * Millisecond, 0, draining: false).Exit);
    }

    [Fact]
    public void Decide_DeadlineNearerThanTheDelay_GoesInTimeToCompute()
    {
        var queue = new BatchQueue<string>(_options);
        queue.TryEnqueue("urgent", 0, deadline: 8 * Millisecond, owner: 1, now: 0);

        Assert.Equal(5 * Millisecond, queue.Decide(0, compute: 3 * Millisecond, draining: false).AskAgainAt);
        Assert.Equal(BatchExit.Deadline, queue.Decide(5 * Millisecond, compute: 3 * Millisecond, draining: false).Exit);
    }

    [Fact]
    public void Decide_Draining_GoesAtOnce()
    {
        Assert.Equal(BatchExit.Draining, Filled(1).Decide(0, 0, draining: true).Exit);
    }

    [Fact]
    public void TryEnqueue_BeyondTheBound_IsRefused()
    {
        var queue = Filled(8);

        Assert.False(queue.TryEnqueue("one too many", 0, Never, owner: 1, now: 0));
        Assert.Equal(8, queue.Count);
    }

    [Fact]
    public void Take_SeveralLanes_ServesTheUrgentLaneFirst()
    {
        var queue = new BatchQueue<string>(_options);
        queue.TryEnqueue("review", 3, Never, 1, 0);
        queue.TryEnqueue("survey", 2, Never, 2, 0);
        queue.TryEnqueue("checkout", 0, Never, 3, 0);
        queue.TryEnqueue("ar", 1, Never, 4, 0);

        Assert.Equal(["checkout", "ar", "survey", "review"], Take(queue, now: 0).Batch);
    }

    [Fact]
    public void Take_OneLane_ServesTheEarliestDeadlineFirst()
    {
        var queue = new BatchQueue<string>(_options);
        queue.TryEnqueue("none", 0, Never, 1, 0);
        queue.TryEnqueue("30", 0, 30 * Millisecond, 2, 0);
        queue.TryEnqueue("20", 0, 20 * Millisecond, 3, 0);

        Assert.Equal(["20", "30", "none"], Take(queue, now: 0).Batch);
    }

    [Fact]
    public void Take_FloodOfOneOwner_LetsOthersPass()
    {
        var queue = new BatchQueue<string>(_options);
        for (var i = 0; i < 6; i++)
        {
            queue.TryEnqueue($"flood {i}", 0, Never, owner: 1, now: 0);
        }

        queue.TryEnqueue("other", 0, Never, owner: 2, now: Millisecond);

        Assert.Equal(["flood 0", "other", "flood 1", "flood 2"], Take(queue, now: Millisecond).Batch);
    }

    [Fact]
    public void Take_ExpiredItems_CostNoPlace()
    {
        var queue = new BatchQueue<string>(_options);
        queue.TryEnqueue("dead", 0, 5 * Millisecond, 1, 0);
        for (var i = 0; i < 4; i++)
        {
            queue.TryEnqueue($"alive {i}", 0, Never, (ulong)(2 + i), 0);
        }

        var (batch, expired) = Take(queue, now: 5 * Millisecond);

        Assert.Equal(["dead"], expired);
        Assert.Equal(4, batch.Count);
    }

    [Fact]
    public void Take_ExpiredInALaneThatGetsNoPlace_IsFoundAllTheSame()
    {
        var queue = Filled(4);
        queue.TryEnqueue("dead", 3, 5 * Millisecond, 9, 0);

        Assert.Equal(["dead"], Take(queue, now: 6 * Millisecond).Expired);
    }

    [Fact]
    public void Take_LateItemOfALesserLane_GetsAKeptPlace()
    {
        var queue = new BatchQueue<string>(_options);
        queue.TryEnqueue("late review", 3, Never, 1, 0);
        var now = _options.PromoteAfter.Ticks;
        for (var i = 0; i < 5; i++)
        {
            queue.TryEnqueue($"checkout {i}", 0, Never, (ulong)(2 + i), now);
        }

        Assert.Contains("late review", Take(queue, now).Batch);
    }

    [Fact]
    public void Take_AnyItems_LosesNoneAndDoublesNone()
    {
        var item = Gen.Select(Gen.Int[0, 3], Gen.Long[1, 20], Gen.ULong[0, 3], Gen.Bool);
        item.List[0, 40].Sample(items =>
        {
            var queue = new BatchQueue<string>(new BatcherOptions { MaxBatch = 5, PreferredBatch = 2, QueueBound = 64 });
            for (var i = 0; i < items.Count; i++)
            {
                var (lane, deadline, owner, hasDeadline) = items[i];
                Assert.True(queue.TryEnqueue($"{i}", lane, hasDeadline ? deadline : Never, owner, now: 0));
            }

            var seen = new List<string>();
            while (queue.Count > 0)
            {
                var (batch, expired) = Take(queue, now: 10);
                Assert.InRange(batch.Count, 0, 5);
                Assert.True(batch.Count + expired.Count > 0);
                seen.AddRange(batch);
                seen.AddRange(expired);
            }

            Assert.Equal(items.Count, seen.Distinct().Count());
            Assert.Equal(items.Count, seen.Count);
        });
    }

    private BatchQueue<string> Filled(int count)
    {
        var queue = new BatchQueue<string>(_options);
        for (var i = 0; i < count; i++)
        {
            Assert.True(queue.TryEnqueue($"{i}", 0, Never, (ulong)i, now: 0));
        }

        return queue;
    }

    private static (List<string> Batch, List<string> Expired) Take(BatchQueue<string> queue, long now)
    {
        List<Waiting<string>> batch = [], expired = [];
        queue.Take(now, batch, expired);
        return (batch.ConvertAll(w => w.Item), expired.ConvertAll(w => w.Item));
    }
}

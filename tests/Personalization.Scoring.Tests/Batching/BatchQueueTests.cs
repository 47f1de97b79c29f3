using CsCheck;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Tests.Batching;

public sealed class BatchQueueTests
{
    private const long Millisecond = TimeSpan.TicksPerMillisecond;
    private const long Never = BatchQueue<string>.NoDeadline;
    private readonly BatcherOptions _options = new()
    {
        MaxBatch = 4, PreferredBatch = 3, QueueBound = 8, LongestQueueDelay = TimeSpan.FromMilliseconds(10), OwnerShare = 1,
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
        var item = Gen.Select(Gen.Int[0, 3], Gen.Long[1, 20], Gen.ULong[0, 3], Gen.Bool, Gen.Int[0, 40]);
        item.List[0, 40].Sample(items =>
        {
            var queue = new BatchQueue<string>(new BatcherOptions { MaxBatch = 5, PreferredBatch = 2, QueueBound = 64, OwnerShare = 1 });
            for (var i = 0; i < items.Count; i++)
            {
                var (lane, deadline, owner, hasDeadline, size) = items[i];
                Assert.True(queue.TryEnqueue($"{i}", lane, hasDeadline ? deadline : Never, owner, now: 0, size));
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

    [Fact]
    public void Take_MoreThanABatchOfSeveralSizes_TakesTheMostDueAndThoseLikeIt()
    {
        var queue = Sized([30, 5, 29, 6, 31, 7, 28, 8]);

        Assert.Equal(["0", "2", "4", "6"], Take(queue, now: 0).Batch);
        Assert.Equal(["1", "3", "5", "7"], Take(queue, now: 0).Batch);
    }

    [Fact]
    public void Take_SizesDifferAndOneWouldComeTooLate_TakesItFirst()
    {
        var queue = Sized([30, 31, 32, 33]);
        queue.TryEnqueue("most due", 0, 880 * Millisecond, owner: 8, now: 0, size: 30);
        queue.TryEnqueue("unlike, and soon due", 0, 900 * Millisecond, owner: 9, now: 0, size: 1);
        queue.TryEnqueue("unlike, and due later", 0, 990 * Millisecond, owner: 10, now: 0, size: 2);

        // Passed over by the batches that are looked through, and computed after, the one would be late; the other just not.
        Assert.Equal(["most due", "unlike, and soon due", "0", "1"], Take(queue, now: 700 * Millisecond, compute: 45 * Millisecond).Batch);
    }

    [Fact]
    public void Take_SizesDifferAndLookAheadIsOff_TakesTheMostDue()
    {
        _options.LookAhead = 1;
        var queue = Sized([30, 5, 29, 6, 31, 7]);

        Assert.Equal(["0", "1", "2", "3"], Take(queue, now: 0).Batch);
    }

    [Fact]
    public void Take_FarBehindInTheLane_IsNoCompany()
    {
        _options.LookAhead = 2;
        _options.QueueBound = 16;
        var queue = Sized([9, 1, 1, 1, 1, 1, 1, 1, 9, 9, 9]);

        Assert.Equal(["0", "1", "2", "3"], Take(queue, now: 0).Batch);
    }

    [Fact]
    public void Take_ItemsOfAnySize_KeepLanesAndPassNobodyOverForEver()
    {
        var item = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 60], Gen.ULong[0, 5]);
        Gen.Select(item.List[1, 120], Gen.Int[1, 8]).Sample((items, lookAhead) =>
        {
            var queue = new BatchQueue<string>(new BatcherOptions
            {
                MaxBatch = 8, PreferredBatch = 2, QueueBound = 128, LookAhead = lookAhead, OwnerShare = 1, KeptShare = 0, FairShare = 128,
            });
            foreach (var ((lane, size, owner), i) in items.Select(static (each, i) => (each, i)))
            {
                Assert.True(queue.TryEnqueue($"{i}", lane, Never, owner, now: i, size));
            }

            var waiting = MostDueFirst(items);
            while (waiting.Count > 0)
            {
                var batch = Take(queue, now: items.Count).Batch.ConvertAll(int.Parse);

                // Everything of the better lanes, and of the last one that got places the most due.
                var last = batch.Max(i => items[i].Item1);
                Assert.DoesNotContain(waiting, i => items[i].Item1 < last && !batch.Contains(i));
                Assert.Contains(waiting.First(i => items[i].Item1 == last), batch);
                Assert.Equal(Math.Min(8, waiting.Count), batch.Distinct().Count());
                waiting.RemoveAll(batch.Contains);
            }

            Assert.Equal(0, queue.Count);
        });
    }

    // By lane, then by when they came and how many of their owner's waited then.
    private static List<int> MostDueFirst(List<(int Lane, int Size, ulong Owner)> items)
    {
        var step = new BatcherOptions().FairnessStep.Ticks;
        var before = items.Select((each, i) => items.Take(i).Count(other => other.Owner == each.Owner)).ToArray();
        return [.. Enumerable.Range(0, items.Count).OrderBy(i => items[i].Lane).ThenBy(i => i + (before[i] * step)).ThenBy(static i => i)];
    }

    private BatchQueue<string> Sized(int[] sizes)
    {
        var queue = new BatchQueue<string>(_options);
        for (var i = 0; i < sizes.Length; i++)
        {
            Assert.True(queue.TryEnqueue($"{i}", 0, Never, (ulong)i, now: 0, sizes[i]));
        }

        return queue;
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

    private static (List<string> Batch, List<string> Expired) Take(BatchQueue<string> queue, long now, long compute = 0)
    {
        List<Waiting<string>> batch = [], expired = [];
        queue.Take(now, compute, batch, expired);
        return (batch.ConvertAll(w => w.Item), expired.ConvertAll(w => w.Item));
    }
}

using CsCheck;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Tests.Batching;

/// <summary>Nobody waits for a flood of somebody else's, whatever deadlines either has.</summary>
public sealed class BatchFairnessTests
{
    private const long Millisecond = TimeSpan.TicksPerMillisecond;
    private const long Never = BatchQueue<string>.NoDeadline;
    private const ulong Flooder = 1;

    [Fact]
    public void Take_FloodWithNearDeadlines_LetsACallWithoutOnePass()
    {
        var options = new BatcherOptions { MaxBatch = 8, PreferredBatch = 1, FairShare = 4 };
        var queue = new BatchQueue<string>(options);
        for (var i = 0; i < 1000; i++)
        {
            queue.TryEnqueue($"flood {i}", 0, 1000 * Millisecond, Flooder, now: 0);
        }

        queue.TryEnqueue("other", 0, Never, owner: 2, now: Millisecond);

        Assert.Contains("other", queue.Take(now: Millisecond).Select(static w => w.Item));
    }

    /// <summary>Nor more than twice its share before those who have had their own of a round.</summary>
    [Fact]
    public void Take_FloodThatNeverEnds_PutsNoMoreThanItsShareBeforeAnybody()
    {
        var deadline = Gen.OneOf(Gen.Long[1, 60_000], Gen.Const(long.MaxValue));
        var flood = Gen.Select(deadline.Array[1, 8], Gen.Int[1, 200]);
        var others = Gen.Select(Gen.Int[0, 30], Gen.ULong[2, 6], deadline).Array[1, 40];
        Gen.Select(flood, others, Gen.Int[1, 6], Gen.Int[1, 9]).Sample((flooding, calls, fairShare, maxBatch) =>
        {
            var (deadlines, depth) = flooding;
            var options = new BatcherOptions { MaxBatch = maxBatch, PreferredBatch = 1, FairShare = fairShare, PromoteAfter = TimeSpan.FromHours(1), OwnerShare = 1 };
            var queue = new BatchQueue<string>(options);
            var before = new Dictionary<string, int>();
            var came = new Dictionary<ulong, int>();
            var bounds = new Dictionary<string, int>();
            var sent = 0;
            for (var turn = 0; turn < 400 && (turn <= 30 || before.Count > 0); turn++)
            {
                var now = turn * Millisecond;

                // As many of the flood wait at all times; the others come to it one by one, and never have more than a share waiting.
                for (; queue.Count < depth + before.Count; sent++)
                {
                    Assert.True(queue.TryEnqueue("flood", 0, At(now, deadlines[sent % deadlines.Length]), Flooder, now));
                }

                foreach (var ((_, owner, due), i) in calls.Select(static (each, i) => (each, i)).Where(each => each.each.Item1 == turn))
                {
                    if (before.Keys.Count(key => key.StartsWith($"{owner}:", StringComparison.Ordinal)) < fairShare)
                    {
                        Assert.True(queue.TryEnqueue($"{owner}:{i}", 0, due < 2000 ? Never : At(now, due), owner, now));
                        before.Add($"{owner}:{i}", 0);
                        came[owner] = came.GetValueOrDefault(owner) + 1;
                        bounds.Add($"{owner}:{i}", came[owner] <= fairShare ? fairShare : 2 * fairShare);
                    }
                }

                Count(queue.Take(now), before, bounds);
            }

            Assert.Empty(before);
        }, iter: 60);
    }

    [Fact]
    public void Take_ItemThatIsUnlikeAllOthers_IsPassedOverNoMoreThanLookedAhead()
    {
        var options = new BatcherOptions { MaxBatch = 4, PreferredBatch = 1, LookAhead = 3, QueueBound = 256, OwnerShare = 1 };
        var queue = new BatchQueue<string>(options);
        queue.TryEnqueue("unlike", 0, Never, 51, now: 0, size: 90);
        var (batch, next) = (0, 0);
        for (var isTaken = false; !isTaken && batch <= options.LookAhead; batch++)
        {
            // Always more of one size than a batch takes, all due before the one that is unlike them.
            for (; queue.Count < 9; next++)
            {
                queue.TryEnqueue($"like {next}", 0, 500 * Millisecond, (ulong)(100 + next), now: batch, size: 10);
            }

            isTaken = queue.Take(now: batch).Any(static w => w.Item == "unlike");
            Assert.Equal(batch == options.LookAhead, isTaken);
        }
    }

    [Fact]
    public void Take_OwnFloodInTheSameLane_IsServedOnceItIsLate()
    {
        var options = new BatcherOptions { MaxBatch = 2, PreferredBatch = 1, FairShare = 1 };
        var queue = new BatchQueue<string>(options);
        queue.TryEnqueue("first", 0, Never, Flooder, now: 0);
        queue.TryEnqueue("second", 0, Never, Flooder, now: 0);
        var now = options.PromoteAfter.Ticks;
        for (var i = 0; i < 8; i++)
        {
            queue.TryEnqueue($"other {i}", 0, 10 * Millisecond + now, (ulong)(2 + i), now);
        }

        // New owners go on coming into the first round; those that have waited too long go all the same, the oldest first.
        Assert.Contains("first", queue.Take(now).Select(static w => w.Item));
        Assert.Contains("second", queue.Take(now).Select(static w => w.Item));
    }

    private static long At(long now, long milliseconds) => milliseconds == long.MaxValue ? Never : now + (milliseconds * Millisecond) + 3600_000 * Millisecond;

    // How many of the flood went before each of the others, which is counted until it goes itself.
    private static void Count(List<Waiting<string>> batch, Dictionary<string, int> before, Dictionary<string, int> bounds)
    {
        foreach (var item in batch.Select(static w => w.Item))
        {
            if (item != "flood")
            {
                Assert.InRange(before[item], 0, bounds[item]);
                before.Remove(item);
                continue;
            }

            foreach (var waiting in before.Keys)
            {
                before[waiting]++;
            }
        }
    }
}

using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Tests.Batching;

/// <summary>A batch costs about what as many ordinary items cost, whatever is in it.</summary>
public sealed class BatchCostTests
{
    private const long Never = BatchQueue<string>.NoDeadline;
    private const int Ordinary = 10;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly BatcherOptions _options = new() { MaxBatch = 4, PreferredBatch = 3, QueueBound = 64, OwnerShare = 1, KeptShare = 0 };

    [Fact]
    public void Take_NextOneCostsTooMuch_GoesWithoutItAndBeginsTheNextBatchWithIt()
    {
        var queue = new BatchQueue<string>(_options, Ordinary);
        queue.TryEnqueue("short", 0, Never, 1, now: 0, cost: 10);
        queue.TryEnqueue("long", 0, Never, 2, now: 1, cost: 35);
        queue.TryEnqueue("another short one", 0, Never, 3, now: 2, cost: 5);
        queue.TryEnqueue("in a lesser lane", 1, Never, 4, now: 2, cost: 1);

        Assert.Equal(["short"], Names(queue.Take(now: 3)));
        Assert.Equal(["long", "another short one"], Names(queue.Take(now: 3)));
        Assert.Equal(["in a lesser lane"], Names(queue.Take(now: 3)));
    }

    [Fact]
    public void Take_OneThatCostsMoreThanABatch_GoesAlone()
    {
        var queue = new BatchQueue<string>(_options, Ordinary);
        queue.TryEnqueue("huge", 0, Never, 1, now: 0, cost: 1000);
        queue.TryEnqueue("short", 0, Never, 2, now: 1, cost: 1);

        Assert.Equal(["huge"], Names(queue.Take(now: 2)));
        Assert.Equal(["short"], Names(queue.Take(now: 2)));
    }

    [Theory]
    [InlineData(29, BatchExit.None)]
    [InlineData(30, BatchExit.Preferred)]
    [InlineData(40, BatchExit.Full)]
    public void Decide_FewItemsThatCostAsMuchAsMany_GoesAsIfTheyWereMany(int cost, BatchExit expected)
    {
        var queue = new BatchQueue<string>(_options, Ordinary);
        queue.TryEnqueue("one", 0, Never, 1, now: 0, cost: cost);

        Assert.Equal(expected, queue.Decide(now: 0, compute: 0, draining: false).Exit);
    }

    [Fact]
    public void Take_ItemsOfAnyCost_NeverCostsMoreThanABatchUnlessAlone()
    {
        var item = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 60], Gen.ULong[0, 9], Gen.Int[0, 3]);
        item.List[1, 64].Sample(items =>
        {
            var queue = new BatchQueue<string>(_options, Ordinary);
            foreach (var (lane, cost, owner, size) in items)
            {
                Assert.True(queue.TryEnqueue("item", lane, Never, owner, now: 0, size, cost));
            }

            var taken = 0;
            for (var now = 0L; queue.Count > 0; now += TimeSpan.TicksPerSecond)
            {
                var batch = queue.Take(now);
                Assert.True(batch.Count == 1 || (batch.Count is > 1 and <= 4 && batch.Sum(static w => w.Cost) <= 40));
                taken += batch.Count;
            }

            Assert.Equal(items.Count, taken);
        });
    }

    [Fact]
    public async Task Submit_LongInputInParts_LetsAnUrgentNeighbourInAfterOneBatch()
    {
        var time = new FakeTimeProvider();
        using var begun = new SemaphoreSlim(0);
        using var mayRun = new SemaphoreSlim(0);
        await using var batcher = new DynamicBatcher<Piece, string>(
            new BatcherOptions { MaxBatch = 4, PreferredBatch = 1, LongestQueueDelay = TimeSpan.Zero },
            () => new Costly(time, begun, mayRun),
            time);

        // Twenty parts of a long text, each as dear as two ordinary ones: five ordinary batches.
        var parts = Enumerable.Range(0, 20).Select(static i => new BatchItem<Piece>(new Piece($"part {i}", 20), 3, 1, null)).ToArray();
        var longText = batcher.SubmitAsync(parts, CancellationToken.None).AsTask();
        Assert.True(await begun.WaitAsync(s_patience));
        var urgent = batcher.SubmitAsync(new[] { new BatchItem<Piece>(new Piece("urgent", 10), 0, 2, null) }, CancellationToken.None).AsTask();
        mayRun.Release(100);
        var answer = Assert.Single(await urgent.WaitAsync(s_patience));
        await longText.WaitAsync(s_patience);

        // A batch of four ordinary ones takes 40 ms: he waits for the one that was running, and for his own.
        Assert.InRange(answer.QueueTime.TotalMilliseconds, 0, 40);
        Assert.InRange(answer.ComputeTime.TotalMilliseconds, 10, 40);
        Assert.Equal(0, batcher.Statistics().Overloaded);
    }

    private static IEnumerable<string> Names(List<Waiting<string>> batch) => batch.Select(static w => w.Item);

    private sealed record Piece(string Name, int Cost);

    /// <summary>Takes a millisecond for each unit of cost, by the fake clock.</summary>
    private sealed class Costly(FakeTimeProvider time, SemaphoreSlim begun, SemaphoreSlim mayRun) : IBatchRunner<Piece, string>
    {
        public int OrdinaryCost => Ordinary;

        public int CostOf(Piece input) => input.Cost;

        public void Run(ReadOnlySpan<Piece> inputs, Span<string> outputs)
        {
            begun.Release();
            Assert.True(mayRun.Wait(s_patience));
            var cost = 0;
            for (var i = 0; i < inputs.Length; i++)
            {
                (outputs[i], cost) = (inputs[i].Name, cost + inputs[i].Cost);
            }

            time.Advance(TimeSpan.FromMilliseconds(cost));
        }

        public void Dispose()
        {
        }
    }
}

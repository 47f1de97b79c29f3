using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Tests.Batching;

public sealed class DynamicBatcherTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<int[]> _batches = new();
    private int _disposed;

    [Fact]
    public async Task Submit_PreferredBatch_GoesWithoutTimePassing()
    {
        await using var batcher = Batcher(new BatcherOptions { PreferredBatch = 3, LongestQueueDelay = TimeSpan.FromMilliseconds(10) });

        var results = await batcher.SubmitAsync(Items(1, 2, 3), CancellationToken.None).AsTask().WaitAsync(_patience);

        Assert.Equal([2, 4, 6], results.Select(r => r.Output));
        Assert.Equal([1, 2, 3], Assert.Single(_batches));
        Assert.Equal(1, batcher.Statistics().Exits[(int)BatchExit.Preferred]);
    }

    [Fact]
    public async Task Submit_TooFewForABatch_GoWhenTheDelayIsOver()
    {
        await using var batcher = Batcher(new BatcherOptions { LongestQueueDelay = TimeSpan.FromMilliseconds(10) });
        var pending = batcher.SubmitAsync(Items(1), CancellationToken.None).AsTask();

        _time.Advance(TimeSpan.FromMilliseconds(9));
        Assert.Empty(_batches);
        Assert.Equal(1, batcher.Waiting);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var result = Assert.Single(await pending.WaitAsync(_patience));

        Assert.Equal((BatchStatus.Computed, 2), (result.Status, result.Output));
        Assert.Equal(TimeSpan.FromMilliseconds(10), result.QueueTime);
        Assert.Equal(1, batcher.Statistics().Exits[(int)BatchExit.Delay]);
    }

    [Fact]
    public async Task Submit_WhileAllWorkersAreBusy_GathersIntoOneBatch()
    {
        using var busy = new Barrier();
        await using var batcher = Batcher(new BatcherOptions { LongestQueueDelay = TimeSpan.Zero, PreferredBatch = 1, MaxBatch = 8 }, busy.Run);
        var first = batcher.SubmitAsync(Items(1), CancellationToken.None).AsTask();
        await busy.Entered.WaitAsync(_patience);

        var others = Enumerable.Range(2, 4).Select(i => batcher.SubmitAsync(Items(i), CancellationToken.None).AsTask()).ToArray();
        busy.Open();
        await Task.WhenAll([first, .. others]).WaitAsync(_patience);

        Assert.Equal([1, 4], _batches.Select(b => b.Length));
        Assert.Equal([0, 1, 0, 0, 1], batcher.Statistics().BatchSizes.Take(5));
    }

    [Fact]
    public async Task Submit_ExpiredWhileWaiting_IsNotComputed()
    {
        using var busy = new Barrier();
        await using var batcher = Batcher(new BatcherOptions { LongestQueueDelay = TimeSpan.Zero, PreferredBatch = 1 }, busy.Run);
        var first = batcher.SubmitAsync(Items(1), CancellationToken.None).AsTask();
        await busy.Entered.WaitAsync(_patience);
        var late = batcher.SubmitAsync(
            new[] { new BatchItem<int>(2, 0, 0, _time.GetUtcNow().AddMilliseconds(5)) }, CancellationToken.None).AsTask();

        _time.Advance(TimeSpan.FromMilliseconds(5));
        busy.Open();

        Assert.Equal(BatchStatus.Expired, Assert.Single(await late.WaitAsync(_patience)).Status);
        await first.WaitAsync(_patience);
        Assert.Equal([1], Assert.Single(_batches));
        Assert.Equal(1, batcher.Statistics().Expired);
    }

    [Fact]
    public async Task Submit_BeyondTheBound_RefusesOnlyWhatIsTooMuch()
    {
        using var busy = new Barrier();
        await using var batcher = Batcher(
            new BatcherOptions { LongestQueueDelay = TimeSpan.Zero, PreferredBatch = 1, MaxBatch = 2, QueueBound = 2 }, busy.Run);
        var first = batcher.SubmitAsync(Items(1), CancellationToken.None).AsTask();
        await busy.Entered.WaitAsync(_patience);

        var flood = batcher.SubmitAsync(Items(2, 3, 4), CancellationToken.None).AsTask();
        busy.Open();
        var results = await flood.WaitAsync(_patience);
        await first.WaitAsync(_patience);

        Assert.Equal([BatchStatus.Computed, BatchStatus.Computed, BatchStatus.Overloaded], results.Select(r => r.Status));
    }

    [Fact]
    public async Task Submit_OwnerHasHisShareWaiting_SaysWhichBoundRefused()
    {
        using var busy = new Barrier();
        await using var batcher = Batcher(
            new BatcherOptions { LongestQueueDelay = TimeSpan.Zero, PreferredBatch = 1, MaxBatch = 2, QueueBound = 8 }, busy.Run);
        var first = batcher.SubmitAsync(Items(1), CancellationToken.None).AsTask();
        await busy.Entered.WaitAsync(_patience);

        var flood = batcher.SubmitAsync(Enumerable.Range(2, 4).Select(static i => new BatchItem<int>(i, 0, 7, null)).ToArray(), CancellationToken.None).AsTask();
        var other = batcher.SubmitAsync(Items(8), CancellationToken.None).AsTask();
        busy.Open();
        var results = await flood.WaitAsync(_patience);

        Assert.Equal(
            [ScoringRefusal.None, ScoringRefusal.None, ScoringRefusal.OwnerFull, ScoringRefusal.OwnerFull], results.Select(static r => r.Refusal));
        Assert.Equal(BatchStatus.Computed, Assert.Single(await other.WaitAsync(_patience)).Status);
        await first.WaitAsync(_patience);
    }

    [Fact]
    public async Task Submit_QueueFullOfExpired_TakesTheirPlacesAndAnswersThem()
    {
        using var busy = new Barrier();
        await using var batcher = Batcher(
            new BatcherOptions { LongestQueueDelay = TimeSpan.Zero, PreferredBatch = 1, MaxBatch = 2, QueueBound = 2 }, busy.Run);
        var first = batcher.SubmitAsync(Items(1), CancellationToken.None).AsTask();
        await busy.Entered.WaitAsync(_patience);
        var soon = _time.GetUtcNow().AddMilliseconds(5);
        var late = batcher.SubmitAsync(
            new[] { new BatchItem<int>(2, 0, 2, soon), new BatchItem<int>(3, 0, 3, soon) }, CancellationToken.None).AsTask();

        _time.Advance(TimeSpan.FromMilliseconds(5));
        var after = batcher.SubmitAsync(Items(4), CancellationToken.None).AsTask();
        // Answered while the worker is still busy.
        Assert.All(await late.WaitAsync(_patience), static r => Assert.Equal(BatchStatus.Expired, r.Status));
        busy.Open();

        Assert.Equal(8, Assert.Single(await after.WaitAsync(_patience)).Output);
        await first.WaitAsync(_patience);
    }

    [Fact]
    public async Task Submit_PoisonAmongNeighbours_FailsAlone()
    {
        await using var batcher = Batcher(
            new BatcherOptions { PreferredBatch = 3 }, inputs => { if (inputs.Contains(13)) { throw new InvalidDataException("poison"); } });

        var results = await batcher.SubmitAsync(Items(1, 13, 3), CancellationToken.None).AsTask().WaitAsync(_patience);

        Assert.Equal([BatchStatus.Computed, BatchStatus.Failed, BatchStatus.Computed], results.Select(r => r.Status));
        Assert.Equal([2, 0, 6], results.Select(r => r.Output));
        Assert.IsType<InvalidDataException>(results[1].Error);
    }

    [Fact]
    public async Task Submit_SomePoisonInAFullBatch_FailsThoseAlone()
    {
        await using var batcher = Batcher(
            new BatcherOptions { MaxBatch = 64, PreferredBatch = 64 },
            inputs => { if (Array.Exists(inputs, static i => i % 20 == 13)) { throw new InvalidDataException("poison"); } });

        var results = await batcher.SubmitAsync(Items([.. Enumerable.Range(0, 64)]), CancellationToken.None).AsTask().WaitAsync(_patience);

        Assert.All(results.Index(), r => Assert.Equal(r.Index % 20 == 13 ? BatchStatus.Failed : BatchStatus.Computed, r.Item.Status));
        Assert.All(results.Index().Where(static r => r.Index % 20 != 13), static r => Assert.Equal(2 * r.Index, r.Item.Output));
    }

    [Fact]
    public async Task Submit_RunnerHasNoUseForSoMany_GetsNoMoreAtOnce()
    {
        await using var batcher = new DynamicBatcher<int, int>(
            new BatcherOptions { MaxBatch = 8, PreferredBatch = 8 }, () => new Doubler(_batches, null, mostAtOnce: 3), _time);

        await batcher.SubmitAsync(Items([.. Enumerable.Range(0, 9)]), CancellationToken.None).AsTask().WaitAsync(_patience);

        Assert.Equal([3, 3, 3], _batches.Select(static b => b.Length));
    }

    [Fact]
    public async Task Submit_MoreThanABatchWaits_GathersInputsOfLikeSize()
    {
        using var busy = new Barrier();
        await using var batcher = new DynamicBatcher<int, int>(
            new BatcherOptions { LongestQueueDelay = TimeSpan.Zero, PreferredBatch = 1, MaxBatch = 3 }, () => new Doubler(_batches, busy.Run, sizes: true), _time);
        var first = batcher.SubmitAsync(Items(1), CancellationToken.None).AsTask();
        await busy.Entered.WaitAsync(_patience);

        var others = batcher.SubmitAsync(Items(10, 90, 11, 91, 12, 92), CancellationToken.None).AsTask();
        busy.Open();
        var results = await others.WaitAsync(_patience);
        await first.WaitAsync(_patience);

        Assert.Equal([20, 180, 22, 182, 24, 184], results.Select(static r => r.Output));
        Assert.Equal([[1], [10, 11, 12], [90, 91, 92]], _batches);
    }

    [Fact]
    public async Task Warm_SeveralWorkers_WarmsEachBeforeItComputes()
    {
        var warmed = new ConcurrentQueue<int>();
        await using var batcher = new DynamicBatcher<int, int>(
            new BatcherOptions { Workers = 3, LongestQueueDelay = TimeSpan.Zero },
            () => new Doubler(_batches, _ => Assert.NotEmpty(warmed), warm: () => warmed.Enqueue(Environment.CurrentManagedThreadId)),
            _time);

        await batcher.WarmAsync().WaitAsync(_patience);

        Assert.Equal(3, warmed.Distinct().Count());
        Assert.Equal(2, (await batcher.SubmitAsync(Items(1), CancellationToken.None).AsTask().WaitAsync(_patience))[0].Output);
    }

    [Fact]
    public async Task Warm_OneFails_SaysSoAndComputesAllTheSame()
    {
        await using var batcher = new DynamicBatcher<int, int>(
            new BatcherOptions { LongestQueueDelay = TimeSpan.Zero },
            () => new Doubler(_batches, null, warm: static () => throw new InvalidDataException("cold")),
            _time);

        await Assert.ThrowsAsync<InvalidDataException>(() => batcher.WarmAsync().WaitAsync(_patience));

        Assert.Equal(2, (await batcher.SubmitAsync(Items(1), CancellationToken.None).AsTask().WaitAsync(_patience))[0].Output);
    }

    [Fact]
    public async Task Submit_SomeCancelledAmongManyCallers_AnswersTheOthersTheirOwn()
    {
        await using var batcher = new DynamicBatcher<int, int>(
            new BatcherOptions { Workers = 2, LongestQueueDelay = TimeSpan.Zero }, () => new Doubler(_batches, null), TimeProvider.System);
        var answered = 0;

        await Parallel.ForAsync(0, 2000, async (i, _) =>
        {
            using var cancel = new CancellationTokenSource();
            var pending = batcher.SubmitAsync(Items(i, i + 5000), cancel.Token).AsTask();
            if (i % 3 == 0)
            {
                await cancel.CancelAsync();
            }

            try
            {
                Assert.Equal([2 * i, 2 * (i + 5000)], (await pending.WaitAsync(_patience, CancellationToken.None)).Select(static r => r.Output));
                Interlocked.Increment(ref answered);
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(0, i % 3);
            }
        });

        Assert.InRange(answered, 1333, 2000);
    }

    [Fact]
    public async Task Submit_Cancelled_GivesUpAndIsNotComputed()
    {
        using var busy = new Barrier();
        using var cancel = new CancellationTokenSource();
        await using var batcher = Batcher(new BatcherOptions { LongestQueueDelay = TimeSpan.Zero, PreferredBatch = 1 }, busy.Run);
        var first = batcher.SubmitAsync(Items(1), CancellationToken.None).AsTask();
        await busy.Entered.WaitAsync(_patience);
        var abandoned = batcher.SubmitAsync(Items(2), cancel.Token).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned.WaitAsync(_patience));
        busy.Open();
        await first.WaitAsync(_patience);
        var after = await batcher.SubmitAsync(Items(3), CancellationToken.None).AsTask().WaitAsync(_patience);

        Assert.Equal(6, after[0].Output);
        Assert.DoesNotContain(2, _batches.SelectMany(b => b));
    }

    [Fact]
    public async Task Dispose_WithItemsWaiting_ComputesThemAndRefusesMore()
    {
        var batcher = Batcher(new BatcherOptions { LongestQueueDelay = TimeSpan.FromSeconds(1) });
        var waiting = batcher.SubmitAsync(Items(1), CancellationToken.None).AsTask();

        await batcher.DisposeAsync().AsTask().WaitAsync(_patience);

        Assert.Equal(2, (await waiting.WaitAsync(_patience))[0].Output);
        var refused = await batcher.SubmitAsync(Items(2), CancellationToken.None).AsTask().WaitAsync(_patience);
        Assert.Equal(BatchStatus.Overloaded, refused[0].Status);
    }

    [Fact]
    public async Task Dispose_Again_WaitsForTheSameEnd()
    {
        var batcher = Batcher(new BatcherOptions { Workers = 3 });

        await Task.WhenAll(batcher.DisposeAsync().AsTask(), batcher.DisposeAsync().AsTask()).WaitAsync(_patience);
        await batcher.DisposeAsync().AsTask().WaitAsync(_patience);

        Assert.Equal(3, _disposed);
    }

    [Fact]
    public async Task Submit_ManyCallersAtOnce_AnswersEachItsOwn()
    {
        await using var batcher = new DynamicBatcher<int, int>(
            new BatcherOptions { Workers = 2, LongestQueueDelay = TimeSpan.Zero }, () => new Doubler(_batches, null), TimeProvider.System);

        await Parallel.ForAsync(0, 500, async (i, cancel) =>
        {
            var results = await batcher.SubmitAsync(Items(i, i + 1000), cancel).AsTask().WaitAsync(_patience, cancel);
            Assert.Equal([2 * i, 2 * (i + 1000)], results.Select(r => r.Output));
        });

        Assert.Equal(1000, batcher.Statistics().Computed);
    }

    [Theory]
    [InlineData(0, 1, 100, "MaxBatch")]
    [InlineData(4, 5, 100, "PreferredBatch")]
    [InlineData(4, 2, 3, "QueueBound")]
    public void Constructor_ContradictoryOptions_NamesTheOptionAndItsRange(int max, int preferred, int bound, string named)
    {
        var error = Assert.Throws<ArgumentException>(() =>
            Batcher(new BatcherOptions { MaxBatch = max, PreferredBatch = preferred, QueueBound = bound }));

        Assert.StartsWith(named, error.Message, StringComparison.Ordinal);
    }

    private static BatchItem<int>[] Items(params int[] inputs) => [.. inputs.Select(i => new BatchItem<int>(i, 0, (ulong)i, null))];

    private DynamicBatcher<int, int> Batcher(BatcherOptions options, Action<int[]>? before = null) =>
        new(options, () => new Doubler(_batches, before, disposed: () => Interlocked.Increment(ref _disposed)), _time);

    private sealed class Doubler(
        ConcurrentQueue<int[]> batches, Action<int[]>? before, int mostAtOnce = int.MaxValue, bool sizes = false, Action? disposed = null,
        Action? warm = null) : IBatchRunner<int, int>
    {
        public int MostAtOnce => mostAtOnce;

        public int SizeOf(int input) => sizes ? input : 0;

        public void Warm() => warm?.Invoke();

        public void Run(ReadOnlySpan<int> inputs, Span<int> outputs)
        {
            before?.Invoke(inputs.ToArray());
            batches.Enqueue(inputs.ToArray());
            for (var i = 0; i < inputs.Length; i++)
            {
                outputs[i] = 2 * inputs[i];
            }
        }

        public void Dispose() => disposed?.Invoke();
    }

    /// <summary>Holds the first batch until it is opened.</summary>
    private sealed class Barrier : IDisposable
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _open = new();

        public Task Entered => _entered.Task;

        public void Open() => _open.Set();

        public void Run(int[] inputs)
        {
            _entered.TrySetResult();
            Assert.True(_open.Wait(_patience));
        }

        public void Dispose()
        {
            _open.Set();
            _open.Dispose();
        }
    }
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Batching;

/// <summary>
/// Gathers items of many callers into batches, after Triton's dynamic batcher: when a batch goes is decided by
/// <see cref="BatchQueue{T}"/>, where the rules are written down; this class adds workers, time and answers.
/// </summary>
/// <remarks>
/// There are no loops that wait: whatever may let a batch go (items came, a timer fired, a worker became free) asks the queue
/// and wakes a worker. Each worker has a thread of its own, for batches take milliseconds in which a thread of the pool would
/// answer nobody; when it is done and another batch may go, it goes on without handing over. While all workers are busy items
/// pile up, so batches grow with the load.
/// </remarks>
public sealed partial class DynamicBatcher<TIn, TOut> : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly BatcherOptions _options;
    private readonly TimeProvider _time;
    private readonly BatchObserver? _observer;
    private readonly BatchQueue<Slot> _queue;
    private readonly Stack<Worker> _idle = new();
    private readonly Stack<BatchCall<TOut>> _spare = new();
    private readonly Worker[] _workers;
    private readonly IBatchRunner<TIn, TOut> _measure;
    private readonly List<Waiting<Slot>> _refusedByTime = [];
    private readonly ITimer _timer;
    private readonly Lazy<Task> _closed;
    private readonly long _began;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] _batchSizes;
    private readonly long[] _exits = new long[6];
    private bool _draining;
    private long _timerAt = long.MaxValue;
    private long _typicalCompute;
    private long _batches, _computed, _expired, _overloaded, _failed, _queueTicks, _computeTicks;

    /// <summary>A batcher.</summary>
    /// <param name="options">Its rules; read once.</param>
    /// <param name="createRunner">Makes what computes batches, once per worker; the batcher disposes of it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="observer">Told of every batch; null for nobody.</param>
    /// <exception cref="ArgumentException">The options contradict themselves.</exception>
    public DynamicBatcher(
        BatcherOptions options, Func<IBatchRunner<TIn, TOut>> createRunner, TimeProvider time, BatchObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(createRunner);
        ArgumentNullException.ThrowIfNull(time);
        if (options.Problems().FirstOrDefault() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        (_time, _observer) = (time, observer);
        _began = time.GetTimestamp();
        var runners = new IBatchRunner<TIn, TOut>[options.Workers];
        for (var i = 0; i < runners.Length; i++)
        {
            runners[i] = createRunner();
        }

        _measure = runners[0];
        _options = options.For(_measure.MostAtOnce);
        _queue = new BatchQueue<Slot>(_options, Math.Max(1, _measure.OrdinaryCost));
        _batchSizes = new long[_options.MaxBatch + 1];
        _closed = new Lazy<Task>(CloseAsync);
        _timer = time.CreateTimer(static self => ((DynamicBatcher<TIn, TOut>)self!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _workers = Array.ConvertAll(runners, runner => new Worker(this, runner));
        Array.ForEach(_workers, _idle.Push);
    }

    /// <summary>How many items wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Waits until every worker has run each shape once whose first run is slow.</summary>
    /// <exception cref="Exception">What a runner threw.</exception>
    public Task WarmAsync() => Task.WhenAll(_workers.Select(static worker => worker.Warmed));

    /// <summary>Has some items computed, in whatever batches they fall.</summary>
    /// <param name="items">The items.</param>
    /// <param name="cancellationToken">Gives up waiting; what waits is dropped, what is being computed is thrown away.</param>
    /// <returns>One result per item, in the same order. Awaited once.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<BatchResult<TOut>[]> SubmitAsync(ReadOnlyMemory<BatchItem<TIn>> items, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (items.IsEmpty)
        {
            return [];
        }

        var call = Enqueue(items.Span);
        BatchResult<TOut>[] results;
        using (cancellationToken.UnsafeRegister(static (state, token) => ((BatchCall<TOut>)state!).Abandon(token), call))
        {
            results = await call.Answer.ConfigureAwait(false);
        }

        // Every item was answered and nothing can abandon it any more: nobody else holds it. An abandoned one never gets here.
        Return(call);
        return results;
    }

    /// <summary>What was done so far.</summary>
    public BatcherStatistics Statistics()
    {
        lock (_gate)
        {
            return new BatcherStatistics(
                _queue.Count, _batches, _computed, _expired, _overloaded, _failed, new TimeSpan(_queueTicks), new TimeSpan(_computeTicks),
                [.. _batchSizes], [.. _exits]);
        }
    }

    /// <summary>Refuses what comes, computes what waits, then lets the workers go; done once, however often it is asked for.</summary>
    public ValueTask DisposeAsync() => new(_closed.Value);

    private async Task CloseAsync()
    {
        lock (_gate)
        {
            _draining = true;
        }

        Pump();
        await _drained.Task.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync().ConfigureAwait(false);
        }
    }

    private BatchCall<TOut> Enqueue(ReadOnlySpan<BatchItem<TIn>> items)
    {
        var utcNow = _time.GetUtcNow();
        var refused = 0;
        BatchCall<TOut> call;
        lock (_gate)
        {
            call = _spare.TryPop(out var spare) ? spare : new BatchCall<TOut>();
            call.Begin(items.Length);
            var now = Now();
            for (var i = 0; i < items.Length; i++)
            {
                var item = items[i];
                var deadline = item.Deadline is { } at ? Later(now, at - utcNow) : BatchQueue<Slot>.NoDeadline;
                var slot = new Slot(call, i, item.Input);
                if (Admit(slot, item, deadline, now) is var refusal && refusal != ScoringRefusal.None)
                {
                    refused++;
                    call.Set(i, new BatchResult<TOut>(BatchStatus.Overloaded, default, TimeSpan.Zero, TimeSpan.Zero, null, refusal));
                }
            }

            _overloaded += refused;
        }

        call.Finish(refused);
        Pump();
        return call;
    }

    private ScoringRefusal Admit(in Slot slot, in BatchItem<TIn> item, long deadline, long now)
    {
        if (_draining)
        {
            return ScoringRefusal.Closing;
        }

        var (size, cost) = (_measure.SizeOf(item.Input), _measure.CostOf(item.Input));
        var refusal = _queue.Enqueue(slot, item.Lane, deadline, item.Owner, now, size, cost);
        if (refusal == ScoringRefusal.None)
        {
            return refusal;
        }

        // Who has expired takes nobody's place.
        _queue.TakeExpired(now, _refusedByTime);
        return _queue.Enqueue(slot, item.Lane, deadline, item.Owner, now, size, cost);
    }

    private void Return(BatchCall<TOut> call)
    {
        call.Forget();
        lock (_gate)
        {
            if (_spare.Count < _options.QueueBound)
            {
                _spare.Push(call);
            }
        }
    }

    // Starts as many batches as may go now and can be computed.
    private void Pump()
    {
        while (Start(finished: null) is { } worker)
        {
            worker.Wake();
        }
    }

    // Whether a worker that is done has a batch again: it is the first to get one.
    private bool Continue(Worker finished)
    {
        if (Start(finished) is null)
        {
            return false;
        }

        // More may wait than it took, and others be idle.
        Pump();
        return true;
    }

    /// <summary>Gives the next batch to an idle worker, when one may go now; else sets the timer for the next that may go later.</summary>
    /// <param name="finished">A worker that is idle from now on, and the first to get a batch; null for none.</param>
    /// <returns>The worker; null when there is no batch or nobody to compute it.</returns>
    private Worker? Start(Worker? finished)
    {
        Worker? started;
        Waiting<Slot>[] expired;
        lock (_gate)
        {
            if (finished is not null)
            {
                _idle.Push(finished);
            }

            started = Fill(Now());
            expired = DrainExpired();
            CompleteDrain();
        }

        Expire(expired);
        return started;
    }

    private Worker? Fill(long now)
    {
        _queue.TakeExpired(now, _refusedByTime);
        while (true)
        {
            var decision = _queue.Decide(now, _typicalCompute, _draining);
            if (!decision.Goes)
            {
                SetTimer(decision.AskAgainAt, now);
                return null;
            }

            if (!_idle.TryPeek(out var worker))
            {
                return null;
            }

            worker.Exit = decision.Exit;
            _queue.Take(now, _typicalCompute, worker.Batch, _refusedByTime);
            // Empty when all that waited had expired; who is left behind may go at once.
            if (worker.Batch.Count > 0)
            {
                return _idle.Pop();
            }
        }
    }

    private Waiting<Slot>[] DrainExpired()
    {
        if (_refusedByTime.Count == 0)
        {
            return [];
        }

        var expired = _refusedByTime.ToArray();
        _refusedByTime.Clear();
        _expired += expired.Length;
        return expired;
    }

    private void Expire(Waiting<Slot>[] expired)
    {
        var now = Now();
        foreach (var waiting in expired)
        {
            var waited = new TimeSpan(now - waiting.EnqueuedAt);
            waiting.Item.Call.Set(
                waiting.Item.Index, new BatchResult<TOut>(BatchStatus.Expired, default, waited, TimeSpan.Zero, null));
            waiting.Item.Call.Finish(1);
        }
    }

    private void CompleteDrain()
    {
        if (_draining && _queue.Count == 0 && _idle.Count == _workers.Length)
        {
            _drained.TrySetResult();
        }
    }

    private void SetTimer(long at, long now)
    {
        if (at >= _timerAt && _timerAt > now)
        {
            return;
        }

        _timerAt = at;
        // Timers count whole milliseconds; rounded down they would fire too early, again and again.
        var milliseconds = 1 + (at - now - 1) / TimeSpan.TicksPerMillisecond;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue)), Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _timerAt = long.MaxValue;
        }

        Pump();
    }

    private void Account(Worker worker, int failed, long queueTicks, long computeTicks)
    {
        lock (_gate)
        {
            var size = worker.Batch.Count;
            _batches++;
            _computed += size - failed;
            _failed += failed;
            _queueTicks += queueTicks;
            _computeTicks += computeTicks;
            _batchSizes[size]++;
            _exits[(int)worker.Exit]++;
            // An eighth of the way each time: follows the machine, forgives one slow batch.
            _typicalCompute += (computeTicks - _typicalCompute) / 8;
        }

        _observer?.Invoke(worker.Batch.Count, worker.Exit, new TimeSpan(queueTicks), new TimeSpan(computeTicks));
    }

    private long Now() => _time.GetElapsedTime(_began).Ticks;

    private static long Later(long now, TimeSpan by) => by.Ticks > long.MaxValue - now ? BatchQueue<Slot>.NoDeadline : now + by.Ticks;

    private readonly record struct Slot(BatchCall<TOut> Call, int Index, TIn Input);
}

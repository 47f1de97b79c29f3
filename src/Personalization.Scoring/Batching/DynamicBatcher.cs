using System.Collections.Immutable;

namespace Personalization.Scoring.Batching;

/// <summary>
/// Gathers items of many callers into batches, after Triton's dynamic batcher: when a batch goes is decided by
/// <see cref="BatchQueue{T}"/>, where the rules are written down; this class adds workers, time and answers.
/// </summary>
/// <remarks>
/// There are no loops that wait: whatever may let a batch go (items came, a timer fired, a worker became free) asks the queue
/// and starts batches on the thread pool. While all workers are busy items pile up, so batches grow with the load.
/// </remarks>
public sealed class DynamicBatcher<TIn, TOut> : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly BatcherOptions _options;
    private readonly TimeProvider _time;
    private readonly BatchObserver? _observer;
    private readonly BatchQueue<Slot> _queue;
    private readonly Stack<Worker> _idle = new();
    private readonly Worker[] _workers;
    private readonly List<Waiting<Slot>> _refusedByTime = [];
    private readonly ITimer _timer;
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

        (_options, _time, _observer) = (options, time, observer);
        _queue = new BatchQueue<Slot>(options);
        _batchSizes = new long[options.MaxBatch + 1];
        _began = time.GetTimestamp();
        _timer = time.CreateTimer(static self => ((DynamicBatcher<TIn, TOut>)self!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _workers = new Worker[options.Workers];
        for (var i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Worker(this, createRunner());
            _idle.Push(_workers[i]);
        }
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

    /// <summary>Has some items computed, in whatever batches they fall.</summary>
    /// <param name="items">The items.</param>
    /// <param name="cancellationToken">Gives up waiting; what waits is dropped, what is being computed is thrown away.</param>
    /// <returns>One result per item, in the same order.</returns>
    public async ValueTask<BatchResult<TOut>[]> SubmitAsync(ReadOnlyMemory<BatchItem<TIn>> items, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (items.IsEmpty)
        {
            return [];
        }

        var call = new Call(items.Length);
        Enqueue(items.Span, call);
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Call)state!).Cancel(token), call);
        return await call.Task.ConfigureAwait(false);
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

    /// <summary>Refuses what comes, computes what waits, then lets the workers go.</summary>
    public async ValueTask DisposeAsync()
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
            worker.Runner.Dispose();
        }
    }

    private void Enqueue(ReadOnlySpan<BatchItem<TIn>> items, Call call)
    {
        var utcNow = _time.GetUtcNow();
        var refused = 0;
        lock (_gate)
        {
            var now = Now();
            for (var i = 0; i < items.Length; i++)
            {
                var item = items[i];
                var deadline = item.Deadline is { } at ? Later(now, at - utcNow) : BatchQueue<Slot>.NoDeadline;
                var slot = new Slot(call, i, item.Input);
                if (_draining || !_queue.TryEnqueue(slot, item.Lane, deadline, item.Owner, now))
                {
                    refused++;
                    call.Set(i, new BatchResult<TOut>(BatchStatus.Overloaded, default, TimeSpan.Zero, TimeSpan.Zero, null));
                }
            }

            _overloaded += refused;
        }

        call.Finish(refused);
        Pump();
    }

    // Starts as many batches as may go now and can be computed, and sets the timer for the next that may go later.
    private void Pump()
    {
        Worker? started;
        do
        {
            started = null;
            Waiting<Slot>[] expired;
            lock (_gate)
            {
                var now = Now();
                var decision = _queue.Decide(now, _typicalCompute, _draining);
                if (decision.Goes && _idle.TryPop(out started))
                {
                    started.Exit = decision.Exit;
                    _queue.Take(now, started.Batch, _refusedByTime);
                }
                else if (!decision.Goes)
                {
                    SetTimer(decision.AskAgainAt, now);
                }

                expired = DrainExpired();
                CompleteDrain();
            }

            Expire(expired);
            if (started is { Batch.Count: > 0 })
            {
                ThreadPool.UnsafeQueueUserWorkItem(started, preferLocal: false);
            }
            else if (started is not null)
            {
                Release(started);
            }
        }
        while (started is not null);
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

    private void Release(Worker worker)
    {
        lock (_gate)
        {
            _idle.Push(worker);
            CompleteDrain();
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

    private readonly record struct Slot(Call Call, int Index, TIn Input);

    /// <summary>The items that one caller submitted together: answered when the last of them is.</summary>
    private sealed class Call(int items) : TaskCompletionSource<BatchResult<TOut>[]>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        private readonly BatchResult<TOut>[] _results = new BatchResult<TOut>[items];
        private int _open = items;

        public bool IsAbandoned => Task.IsCanceled;

        public void Set(int index, in BatchResult<TOut> result) => _results[index] = result;

        public void Finish(int count)
        {
            if (count > 0 && Interlocked.Add(ref _open, -count) == 0)
            {
                TrySetResult(_results);
            }
        }

        public void Cancel(CancellationToken token) => TrySetCanceled(token);
    }

    private sealed class Worker(DynamicBatcher<TIn, TOut> batcher, IBatchRunner<TIn, TOut> runner) : IThreadPoolWorkItem
    {
        private readonly TIn[] _inputs = new TIn[batcher._options.MaxBatch];
        private readonly TOut[] _outputs = new TOut[batcher._options.MaxBatch];
        private readonly Exception?[] _errors = new Exception?[batcher._options.MaxBatch];

        public IBatchRunner<TIn, TOut> Runner { get; } = runner;

        public List<Waiting<Slot>> Batch { get; } = new(batcher._options.MaxBatch);

        public BatchExit Exit { get; set; }

        public void Execute()
        {
            // Nobody waits for these any more: they cost no compute.
            Batch.RemoveAll(static waiting => waiting.Item.Call.IsAbandoned);
            if (Batch.Count > 0)
            {
                RunBatch();
            }

            Batch.Clear();
            batcher.Release(this);
            batcher.Pump();
        }

        private void RunBatch()
        {
            var size = Batch.Count;
            for (var i = 0; i < size; i++)
            {
                _inputs[i] = Batch[i].Item.Input;
            }

            var started = batcher.Now();
            Compute(size);
            var compute = batcher.Now() - started;
            var (failed, queued) = (0, 0L);
            for (var i = 0; i < size; i++)
            {
                failed += _errors[i] is null ? 0 : 1;
                queued += started - Batch[i].EnqueuedAt;
            }

            // Before the answers: whoever has an answer finds its batch in the statistics.
            batcher.Account(this, failed, queued, compute);
            Answer(size, started, compute);
            Array.Clear(_inputs, 0, size);
            Array.Clear(_outputs, 0, size);
            Array.Clear(_errors, 0, size);
        }

        private void Compute(int size)
        {
            try
            {
                Runner.Run(_inputs.AsSpan(0, size), _outputs.AsSpan(0, size));
            }
            catch (Exception error) when (size == 1)
            {
                _errors[0] = error;
            }
            catch (Exception)
            {
                ComputeOneByOne(size);
            }
        }

        // One bad item must not harm its neighbours: alone, only the bad one fails.
        private void ComputeOneByOne(int size)
        {
            for (var i = 0; i < size; i++)
            {
                try
                {
                    Runner.Run(_inputs.AsSpan(i, 1), _outputs.AsSpan(i, 1));
                }
                catch (Exception error)
                {
                    _errors[i] = error;
                }
            }
        }

        private void Answer(int size, long started, long compute)
        {
            for (var i = 0; i < size; i++)
            {
                var (call, index, _) = Batch[i].Item;
                var queued = new TimeSpan(started - Batch[i].EnqueuedAt);
                call.Set(index, _errors[i] is { } error
                    ? new BatchResult<TOut>(BatchStatus.Failed, default, queued, new TimeSpan(compute), error)
                    : new BatchResult<TOut>(BatchStatus.Computed, _outputs[i], queued, new TimeSpan(compute), null));
                call.Finish(1);
            }
        }
    }
}

/// <summary>Told of every batch that was computed.</summary>
/// <param name="size">Its items.</param>
/// <param name="exit">Why it went.</param>
/// <param name="queueTime">Time that its items waited, summed.</param>
/// <param name="computeTime">Time that it took.</param>
public delegate void BatchObserver(int size, BatchExit exit, TimeSpan queueTime, TimeSpan computeTime);

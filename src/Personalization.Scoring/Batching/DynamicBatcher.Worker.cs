namespace Personalization.Scoring.Batching;

/// <summary>The workers: a thread each, on which batches are computed and answered.</summary>
public sealed partial class DynamicBatcher<TIn, TOut>
{
    private sealed class Worker : IAsyncDisposable
    {
        private readonly DynamicBatcher<TIn, TOut> _batcher;
        private readonly IBatchRunner<TIn, TOut> _runner;
        private readonly TIn[] _inputs;
        private readonly TOut[] _outputs;
        private readonly Exception?[] _errors;
        private readonly SemaphoreSlim _wake = new(0);
        private readonly TaskCompletionSource _warmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Worker(DynamicBatcher<TIn, TOut> batcher, IBatchRunner<TIn, TOut> runner)
        {
            (_batcher, _runner) = (batcher, runner);
            var most = batcher._options.MaxBatch;
            (_inputs, _outputs, _errors, Batch) = (new TIn[most], new TOut[most], new Exception?[most], new(most));
            new Thread(Work) { IsBackground = true, Name = $"Batches of {typeof(TIn).Name}" }.Start();
        }

        /// <summary>What to compute next; filled while the worker is idle.</summary>
        public List<Waiting<Slot>> Batch { get; }

        public BatchExit Exit { get; set; }

        /// <summary>Has the worker compute its batch.</summary>
        public void Wake() => _wake.Release();

        /// <summary>Ends when the worker is warm; fails when it cannot be.</summary>
        public Task Warmed => _warmed.Task;

        /// <summary>Ends the worker, which must be idle.</summary>
        public async ValueTask DisposeAsync()
        {
            Wake();
            await _ended.Task.ConfigureAwait(false);
            _wake.Dispose();
            _runner.Dispose();
        }

        // Woken without a batch it ends.
        private void Work()
        {
            Warm();
            for (_wake.Wait(); Batch.Count > 0; _wake.Wait())
            {
                do
                {
                    Execute();
                }
                while (_batcher.Continue(this));
            }

            _ended.SetResult();
        }

        // Who cannot be warmed works all the same: an input may be answered that a made-up one was not.
        private void Warm()
        {
            try
            {
                _runner.Warm();
                _warmed.SetResult();
            }
            catch (Exception error)
            {
                _warmed.SetException(error);
            }
        }

        private void Execute()
        {
            // Nobody waits for these any more: they cost no compute.
            Batch.RemoveAll(static waiting => waiting.Item.Call.IsAbandoned);
            if (Batch.Count > 0)
            {
                RunBatch();
            }

            Batch.Clear();
        }

        private void RunBatch()
        {
            var size = Batch.Count;
            for (var i = 0; i < size; i++)
            {
                _inputs[i] = Batch[i].Item.Input;
            }

            var started = _batcher.Now();
            Compute(0, size);
            var compute = _batcher.Now() - started;
            var (failed, queued) = (0, 0L);
            for (var i = 0; i < size; i++)
            {
                failed += _errors[i] is null ? 0 : 1;
                queued += started - Batch[i].EnqueuedAt;
            }

            // Before the answers: whoever has an answer finds its batch in the statistics.
            _batcher.Account(this, failed, queued, compute);
            Answer(size, started, compute);
            Array.Clear(_inputs, 0, size);
            Array.Clear(_outputs, 0, size);
            Array.Clear(_errors, 0, size);
        }

        // One bad item must not harm its neighbours: in ever smaller halves, in the end only the bad one fails.
        private void Compute(int from, int size)
        {
            try
            {
                _runner.Run(_inputs.AsSpan(from, size), _outputs.AsSpan(from, size));
            }
            catch (Exception error) when (size == 1)
            {
                _errors[from] = error;
            }
            catch (Exception)
            {
                Compute(from, size / 2);
                Compute(from + (size / 2), size - (size / 2));
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

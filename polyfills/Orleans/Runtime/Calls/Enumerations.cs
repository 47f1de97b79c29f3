using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.CodeGeneration;
using Orleans.Serialization;

namespace Orleans.Runtime
{
    /// <summary>How enumerations of grain results cross.</summary>
    public static class AsyncEnumerableExtensions
    {
        /// <summary>At most so many elements cross at once.</summary>
        public static IAsyncEnumerable<T> WithBatchSize<T>(this IAsyncEnumerable<T> self, int maxBatchSize)
        {
            if (self is IBatchedEnumerable batched)
            {
                batched.MaxBatchSize = maxBatchSize;
            }

            return self;
        }
    }

    internal interface IBatchedEnumerable
    {
        int MaxBatchSize { get; set; }
    }

    internal enum EnumerationStatus : byte
    {
        /// <summary>Nothing yet: ask again.</summary>
        Heartbeat,
        Elements,
        Completed,
        Missing,
    }

    /// <summary>What an enumeration step asks for: its beginning with a method's arguments, its next elements, or its end.</summary>
    internal struct EnumerationStep<TArgs>
    {
        public Guid Id;
        public TArgs Args;
        public int MaxBatchSize;
        public bool IsFirst;
        public bool IsDisposal;
    }

    internal readonly record struct EnumerationBatch<T>(EnumerationStatus Status, T[] Items);

    /// <summary>A method that returns <see cref="IAsyncEnumerable{T}"/>: its calls are steps, which interleave with everything.</summary>
    internal sealed class EnumerationMethod<TArgs, T> : GrainMethod<EnumerationStep<TArgs>, EnumerationBatch<T>>
    {
        private readonly GrainInvoker<TArgs, IAsyncEnumerable<T>> _invoke;
        private readonly Lazy<ArgumentsCopy<TArgs>?> _copyLocal;
        private readonly Lazy<ArgumentsCopy<TArgs>?> _copyWire;

        public EnumerationMethod(MethodInfo info)
            : base(info)
        {
            _invoke = InvokerEmitter.Emit<TArgs, IAsyncEnumerable<T>>(info);
            _copyLocal = new(() => ArgumentsCopyEmitter<TArgs, LocalCopy>.Emit(info));
            _copyWire = new(() => ArgumentsCopyEmitter<TArgs, WireCopy>.Emit(info));
            Options |= InvokeMethodOptions.AlwaysInterleave;
        }

        public IAsyncEnumerable<T> Enumerate(object instance, ref TArgs args, CancellationToken cancellationToken) => _invoke(instance, ref args, cancellationToken);

        public override ValueTask<EnumerationBatch<T>> Invoke(CallTarget target, ref EnumerationStep<TArgs> step, CancellationToken cancellationToken) =>
            ((Activation)target).Enumerations.Step(this, step);

        public void CopyTarget(ref TArgs args, CallRuntime? destination)
        {
            if ((destination is null ? _copyLocal : _copyWire).Value is { } copy)
            {
                using var context = CopyContext.Rent(destination);
                copy(ref args, context);
            }
        }

        public override void CopyArguments(ref EnumerationStep<TArgs> step, CallRuntime? destination)
        {
            if (step.IsFirst)
            {
                CopyTarget(ref step.Args, destination);
            }
        }

        public override EnumerationBatch<T> CopyResult(EnumerationBatch<T> result, CallRuntime? destination) => result with
        {
            Items = destination is null ? CopierOf<T[], LocalCopy>.CopyRoot(result.Items, null) : CopierOf<T[], WireCopy>.CopyRoot(result.Items, destination),
        };
    }

    /// <summary>The caller's side of an enumeration.</summary>
    internal sealed class RemoteEnumerable<TArgs, T>(GrainReference reference, EnumerationMethod<TArgs, T> method, TArgs args, CancellationToken callToken)
        : IAsyncEnumerable<T>, IBatchedEnumerable
    {
        public int MaxBatchSize { get; set; } = 100;

        public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(callToken, cancellationToken);
            var step = new EnumerationStep<TArgs> { Id = Guid.NewGuid(), Args = args, MaxBatchSize = MaxBatchSize, IsFirst = true };
            var ended = false;
            try
            {
                while (!ended)
                {
                    both.Token.ThrowIfCancellationRequested();
                    var batch = await Step(step, both.Token);
                    step.IsFirst = false;
                    step.Args = default!;
                    ended = batch.Status is EnumerationStatus.Completed or EnumerationStatus.Missing;
                    if (batch.Status == EnumerationStatus.Missing)
                    {
                        throw new EnumerationAbortedException(
                            "Enumeration aborted: the remote target does not have a record of this enumerator."
                            + " This likely indicates that the remote grain was deactivated since enumeration begun or that the enumerator was idle for longer than the expiration period.");
                    }

                    foreach (var item in batch.Items)
                    {
                        yield return item;
                    }
                }
            }
            finally
            {
                if (!ended)
                {
                    step.IsFirst = false;
                    step.IsDisposal = true;
                    _ = Dispose(step);
                }
            }
        }

        private async Task<EnumerationBatch<T>> Step(EnumerationStep<TArgs> step, CancellationToken cancellationToken)
        {
            var call = reference.CallValueTaskOf(method, step, default).AsTask();
            return await call.WaitAsync(cancellationToken);
        }

        private async Task Dispose(EnumerationStep<TArgs> step)
        {
            try
            {
                await reference.CallValueTaskOf(method, step, default);
            }
            catch (Exception)
            {
                // Whoever ran it is gone, and the enumeration with it.
            }
        }
    }

    /// <summary>The enumerations that an activation runs.</summary>
    internal sealed class ActivationEnumerations(Activation activation)
    {
        private readonly Dictionary<Guid, Running> _running = [];

        public ValueTask<EnumerationBatch<T>> Step<TArgs, T>(EnumerationMethod<TArgs, T> method, EnumerationStep<TArgs> step)
        {
            if (step.IsDisposal)
            {
                return Dispose<T>(step.Id);
            }

            RemoveForgotten();
            if (step.IsFirst)
            {
                var started = new Running<T>();
                started.Begin(method.Enumerate(activation.InstanceFor(method), ref step.Args, started.Cancellation.Token));
                _running[step.Id] = started;
            }

            return _running.TryGetValue(step.Id, out var running)
                ? Next((Running<T>)running, step.Id, step.MaxBatchSize)
                : new(new EnumerationBatch<T>(EnumerationStatus.Missing, []));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var running in _running.Values)
            {
                await running.End();
            }

            _running.Clear();
        }

        private async ValueTask<EnumerationBatch<T>> Next<T>(Running<T> running, Guid id, int maxBatchSize)
        {
            running.LastAsked = Environment.TickCount64;
            try
            {
                var more = running.Step ??= running.Items.MoveNextAsync().AsTask();
                if (!more.IsCompleted)
                {
                    // Answered before the caller's patience ends, so that a quiet stream is not taken for a dead one.
                    await Task.WhenAny(more, Task.Delay(activation.Runtime.ResponseTimeout / 2, running.Cancellation.Token));
                    if (!more.IsCompleted)
                    {
                        return new(EnumerationStatus.Heartbeat, []);
                    }
                }

                return await Collect(running, id, maxBatchSize);
            }
            catch
            {
                _running.Remove(id);
                throw;
            }
        }

        private async ValueTask<EnumerationBatch<T>> Collect<T>(Running<T> running, Guid id, int maxBatchSize)
        {
            var items = new List<T>();
            while (running.Step is { IsCompleted: true } step)
            {
                if (items.Count > 0 && step.IsFaulted)
                {
                    // What came before the error is delivered first.
                    break;
                }

                running.Step = null;
                if (!await step)
                {
                    _running.Remove(id);
                    await running.End();
                    return new(EnumerationStatus.Completed, [.. items]);
                }

                items.Add(running.Items.Current);
                if (items.Count >= maxBatchSize)
                {
                    break;
                }

                running.Step = running.Items.MoveNextAsync().AsTask();
            }

            return new(EnumerationStatus.Elements, [.. items]);
        }

        private async ValueTask<EnumerationBatch<T>> Dispose<T>(Guid id)
        {
            if (_running.Remove(id, out var running))
            {
                await running.End();
            }

            return new(EnumerationStatus.Completed, []);
        }

        /// <summary>A caller that no longer asks has gone.</summary>
        private void RemoveForgotten()
        {
            var limit = Environment.TickCount64 - (long)(activation.Runtime.ResponseTimeout.TotalMilliseconds * 2);
            foreach (var (id, running) in _running.Where(r => r.Value.LastAsked < limit).ToList())
            {
                _running.Remove(id);
                _ = running.End().AsTask();
            }
        }

        private abstract class Running
        {
            public CancellationTokenSource Cancellation { get; } = new();

            public long LastAsked { get; set; } = Environment.TickCount64;

            public abstract ValueTask End();
        }

        private sealed class Running<T> : Running
        {
            public IAsyncEnumerator<T> Items { get; private set; } = null!;

            public Task<bool>? Step { get; set; }

            public void Begin(IAsyncEnumerable<T> source) => Items = source.GetAsyncEnumerator(Cancellation.Token);

            public override async ValueTask End()
            {
                await Cancellation.CancelAsync();
                try
                {
                    if (Step is { } step)
                    {
                        await step;
                    }

                    await Items.DisposeAsync();
                }
                catch (Exception)
                {
                    // The caller no longer listens.
                }
            }
        }
    }
}

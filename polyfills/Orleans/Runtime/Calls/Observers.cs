using System.Collections.Concurrent;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>The objects that observe from one runtime, each reachable by a reference.</summary>
internal sealed class ObserverRegistry(CallRuntime runtime)
{
    private static readonly GrainType s_type = GrainType.Create("sys.client.observer");

    private readonly ConcurrentDictionary<GrainId, ObserverTarget> _targets = new();

    public bool IsObserver(GrainId id) => id.Type == s_type;

    public ObserverTarget? Find(GrainId id) => _targets.GetValueOrDefault(id);

    public object Add(IGrainObserver observer, Type grainInterface)
    {
        ArgumentNullException.ThrowIfNull(observer);
        if (observer is GrainReference)
        {
            throw new ArgumentException("Argument obj is already a grain reference.", nameof(observer));
        }

        if (observer is Grain)
        {
            throw new ArgumentException("Argument must not be a grain class.", nameof(observer));
        }

        var id = GrainId.Create(s_type, $"{runtime.Name}+{Guid.NewGuid():N}");
        _targets[id] = new ObserverTarget(runtime, id, observer);
        return ProxyFactory.For(grainInterface)(runtime, id);
    }

    /// <summary>The runtime's own subscriber of streams.</summary>
    public ObserverTarget AddStreamClient()
    {
        var consumers = new Streams.StreamConsumers(runtime, null);
        var id = GrainId.Create(s_type, $"{runtime.Name}+streams+{Guid.NewGuid():N}");
        var target = new ObserverTarget(runtime, id, consumers) { KeptAlive = consumers };
        return _targets[id] = target;
    }

    public void Remove(IGrainObserver reference)
    {
        if (reference is not GrainReference { GrainId: var id })
        {
            throw new ArgumentException("Argument reference is not a grain reference.", nameof(reference));
        }

        if (_targets.TryRemove(id, out var target))
        {
            target.End();
        }
    }
}

/// <summary>An object that observes: called one call at a time, and held weakly as the real runtime does.</summary>
internal sealed class ObserverTarget(CallRuntime runtime, GrainId id, object observer) : CallTarget
{
    private readonly WeakReference<object> _observer = new(observer);
    private readonly Queue<GrainCall> _queue = new();
    private bool _running;
    private volatile bool _ended;

    /// <summary>Objects of the runtime's own are not held weakly.</summary>
    public object? KeptAlive { get; init; }

    public override CallRuntime Runtime => runtime;

    public override GrainId Id => id;

    public override object InstanceFor(GrainMethod method) =>
        _observer.TryGetTarget(out var instance) ? instance : throw new OrleansException($"The observer {id} has been collected: keep a reference to it.");

    public override bool TryReceive(GrainCall call)
    {
        if (_ended || !runtime.IsAlive)
        {
            return false;
        }

        lock (_queue)
        {
            _queue.Enqueue(call);
            if (_running)
            {
                return true;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static target => _ = target.Run(), this, preferLocal: false);
        return true;
    }

    public override void OnCompleted(GrainCall call, Exception? exception)
    {
    }

    public override void Post(Action action) => ThreadPool.UnsafeQueueUserWorkItem(static a => a(), action, preferLocal: false);

    public void End() => _ended = true;

    private async Task Run()
    {
        while (true)
        {
            GrainCall call;
            lock (_queue)
            {
                if (!_queue.TryDequeue(out call!))
                {
                    _running = false;
                    return;
                }
            }

            await call.Execute(this);
        }
    }
}

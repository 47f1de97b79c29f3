namespace Orleans.Runtime;

/// <summary>The activations of one stateless worker grain on one silo: as many as there is concurrent work for, up to the limit.</summary>
internal sealed class StatelessWorkers(Silo silo, GrainId id, GrainClass grainClass) : CallTarget
{
    private readonly List<Activation> _workers = [];

    public override CallRuntime Runtime => silo;

    public override GrainId Id => id;

    public override object InstanceFor(GrainMethod method) => throw new NotSupportedException("A group of workers has no instance.");

    public override bool TryReceive(GrainCall call)
    {
        if (!silo.IsAlive)
        {
            return false;
        }

        lock (_workers)
        {
            var worker = Choose();
            if (worker is null)
            {
                worker = new Activation(silo, id, grainClass, this);
                if (!silo.TryAdd(worker))
                {
                    return false;
                }

                _workers.Add(worker);
                worker.Begin(call.RequestContext);
            }

            call.Target = worker;
            return worker.TryReceive(call);
        }
    }

    public override void OnCompleted(GrainCall call, Exception? exception) => throw new NotSupportedException("Workers carry out calls themselves.");

    public override void Post(Action action) => ThreadPool.UnsafeQueueUserWorkItem(static a => a(), action, preferLocal: false);

    public void Remove(Activation worker)
    {
        lock (_workers)
        {
            _workers.Remove(worker);
        }
    }

    /// <summary>An idle worker; else a new one (null) while there may be; else the least loaded.</summary>
    private Activation? Choose()
    {
        Activation? best = null;
        foreach (var worker in _workers)
        {
            if (worker.State is not (ActivationState.Invalid or ActivationState.Deactivating) && (best is null || worker.Load < best.Load))
            {
                best = worker;
            }
        }

        return best is null || (best.Load > 0 && _workers.Count < grainClass.MaxLocalWorkers) ? null : best;
    }
}

using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>
/// The silos of this process that form one cluster, and the directory that holds at most one activation of each grain
/// among them. A killed silo is known dead at once: there is no failure detector to wait for.
/// </summary>
internal sealed class Cluster
{
    private static readonly Lock s_gate = new();
    private static readonly Dictionary<string, Cluster> s_clusters = [];

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<GrainId, Activation> _directory = new();
    private readonly List<CallRuntime> _runtimes = [];
    private ImmutableArray<Silo> _silos = [];
    private ImmutableDictionary<SiloAddress, SiloStatus> _statuses = ImmutableDictionary<SiloAddress, SiloStatus>.Empty;

    private Cluster(string key)
    {
        Key = key;
        Streams = new Streams.StreamFabric(this);
    }

    public string Key { get; }

    /// <summary>The queues of memory streams.</summary>
    public Streams.StreamFabric Streams { get; }

    /// <summary>The silos that take activations and calls.</summary>
    public ImmutableArray<Silo> ActiveSilos => _silos;

    public ImmutableDictionary<SiloAddress, SiloStatus> Statuses => _statuses;

    public IEnumerable<Activation> Activations => _directory.Values;

    /// <summary>The silos have changed.</summary>
    public event Action<Silo, SiloStatus>? Changed;

    /// <summary>The cluster of this name and first silo; made when there is none.</summary>
    public static Cluster Join(string key)
    {
        lock (s_gate)
        {
            return s_clusters.TryGetValue(key, out var cluster) ? cluster : s_clusters[key] = new Cluster(key);
        }
    }

    /// <summary>The cluster whose name and gateway these are.</summary>
    public static Cluster? FindByGateway(string name, IEnumerable<int> gatewayPorts)
    {
        lock (s_gate)
        {
            return s_clusters.Values.FirstOrDefault(c => c.Key.StartsWith(name + "|", StringComparison.Ordinal)
                && c._silos.Any(s => gatewayPorts.Contains(s.GatewayPort)));
        }
    }

    public Silo? Find(SiloAddress address) => _silos.FirstOrDefault(s => s.Address.Equals(address));

    public Activation? FindActivation(GrainId id) => _directory.GetValueOrDefault(id);

    public void Add(CallRuntime client)
    {
        lock (_gate)
        {
            _runtimes.Add(client);
        }
    }

    public void Remove(CallRuntime client)
    {
        lock (_gate)
        {
            _runtimes.Remove(client);
        }
    }

    public void SetStatus(Silo silo, SiloStatus status)
    {
        lock (_gate)
        {
            if (_statuses.GetValueOrDefault(silo.Address) == SiloStatus.Dead)
            {
                return;
            }

            _statuses = _statuses.SetItem(silo.Address, status);
            if (status == SiloStatus.Joining)
            {
                CheckEndpoint(silo);
            }

            if (status == SiloStatus.Active)
            {
                _silos = _silos.Add(silo);
                _runtimes.Add(silo);
            }
            else if (status >= SiloStatus.ShuttingDown)
            {
                _silos = _silos.Remove(silo);
            }

            if (status == SiloStatus.Dead)
            {
                _runtimes.Remove(silo);
            }
        }

        if (status == SiloStatus.Dead)
        {
            FailCallsTo(silo);
            lock (s_gate)
            {
                if (_silos.IsEmpty && _runtimes.Count == 0)
                {
                    s_clusters.Remove(Key);
                }
            }
        }

        Changed?.Invoke(silo, status);
    }

    /// <summary>Finds or makes the activation that a call is for, and puts the call into its queue.</summary>
    public void Dispatch(GrainCall call, CallRuntime from)
    {
        // Once delivered, the call may be over and in another's hands.
        var reference = call.Reference;
        var id = reference.GrainId;
        while (true)
        {
            if (_directory.TryGetValue(id, out var activation))
            {
                if (CallRuntime.Deliver(call, activation))
                {
                    reference.LastTarget = activation;
                    return;
                }

                _directory.TryRemove(new(id, activation));
            }

            var gateway = from.Gateway ?? throw new SiloUnavailableException($"No active silo could be found to send {call} by.");
            var grainClass = GrainManifest.Instance.Get(id.Type);
            if (grainClass.MaxLocalWorkers > 0)
            {
                if (CallRuntime.Deliver(call, gateway.WorkersOf(id, grainClass)))
                {
                    return;
                }

                continue;
            }

            var placement = gateway.Place(grainClass, id, call);
            if (!placement.IsCompletedSuccessfully)
            {
                _ = DispatchWhenPlaced(call, grainClass, placement);
                return;
            }

            if (TryCreate(call, grainClass, placement.Result))
            {
                return;
            }
        }
    }

    public void DispatchToObserver(GrainCall call)
    {
        CallRuntime[] runtimes;
        lock (_gate)
        {
            runtimes = [.. _runtimes];
        }

        var id = call.Reference.GrainId;
        foreach (var runtime in runtimes)
        {
            if (runtime.Observers.Find(id) is { } observer && CallRuntime.Deliver(call, observer))
            {
                return;
            }
        }

        CallRuntime.Undeliverable(call, new ClientNotAvailableException($"No client with ID {id}: it is gone, or the observer was deleted."));
    }

    public void Remove(Activation activation) => _directory.TryRemove(new(activation.GrainId, activation));

    private static void CheckEndpoint(Silo silo)
    {
        lock (s_gate)
        {
            if (s_clusters.Values.SelectMany(c => c._silos).FirstOrDefault(s => s.Address.Endpoint.Equals(silo.Address.Endpoint) && silo.Address.Endpoint.Port != 0) is { } other)
            {
                throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.AddressAlreadyInUse, $"Silo {other.Name} already listens on {silo.Address.Endpoint}.");
            }
        }
    }

    private async Task DispatchWhenPlaced(GrainCall call, GrainClass grainClass, ValueTask<Silo> placement)
    {
        try
        {
            if (!TryCreate(call, grainClass, await placement.ConfigureAwait(false)))
            {
                Dispatch(call, call.Sender);
            }
        }
        catch (Exception exception)
        {
            CallRuntime.Undeliverable(call, exception);
        }
    }

    private bool TryCreate(GrainCall call, GrainClass grainClass, Silo silo)
    {
        var fresh = new Activation(silo, call.Reference.GrainId, grainClass);
        var winner = _directory.GetOrAdd(call.Reference.GrainId, fresh);
        if (ReferenceEquals(winner, fresh))
        {
            if (!silo.TryAdd(fresh))
            {
                _directory.TryRemove(new(fresh.GrainId, fresh));
                return false;
            }

            fresh.Begin(call.RequestContext);
        }

        return CallRuntime.Deliver(call, winner);
    }

    /// <summary>Silos that wait for something on a dead one learn of it; clients know of no silos, and wait until their time is up.</summary>
    private void FailCallsTo(Silo silo)
    {
        Silo[] silos;
        lock (_gate)
        {
            silos = [.. _runtimes.OfType<Silo>()];
        }

        foreach (var runtime in silos)
        {
            runtime.Pending.Fail(
                call => ReferenceEquals(call.Target?.Runtime, silo),
                call => new SiloUnavailableException($"The target silo became unavailable for message: {call}. "),
                signalCallee: false);
        }
    }
}

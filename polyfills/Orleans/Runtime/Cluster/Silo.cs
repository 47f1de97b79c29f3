using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Orleans.Runtime;

/// <summary>A silo: its activations, and its part in the cluster.</summary>
internal sealed class Silo : CallRuntime, ILocalSiloDetails, IPlacementContext
{
    private readonly ConcurrentDictionary<Activation, byte> _activations = new();
    private readonly ConcurrentDictionary<GrainId, StatelessWorkers> _workers = new();
    private readonly Lock _gate = new();
    private readonly bool _hasRealClock;
    private PlacementFilters? _filters;
    private BuiltInDirectors? _builtIn;
    private ITimer? _collector;
    private volatile SiloStatus _status = SiloStatus.Created;

    public Silo(IServiceProvider services, TimeProvider? timeProvider = null)
    {
        TimeProvider = timeProvider ?? TimeProvider.System;
        _hasRealClock = ReferenceEquals(TimeProvider, TimeProvider.System);
        CollectionOptions = services.GetRequiredService<IOptions<GrainCollectionOptions>>().Value;
        MessagingOptions = services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value;
        SchedulingQuantum = (int)services.GetRequiredService<IOptions<SchedulingOptions>>().Value.ActivationSchedulingQuantum.TotalMilliseconds;
        var endpoint = services.GetRequiredService<IOptions<EndpointOptions>>().Value;
        GatewayPort = endpoint.GatewayPort;
        Address = SiloAddress.New(new IPEndPoint(endpoint.AdvertisedIPAddress ?? IPAddress.Loopback, endpoint.SiloPort), SiloAddress.AllocateNewGeneration());
        ClusterId = services.GetRequiredService<IOptions<ClusterOptions>>().Value.ClusterId;
        Log = services.GetRequiredService<RuntimeLog>();
    }

    public SiloAddress Address { get; }

    public int GatewayPort { get; }

    public TimeProvider TimeProvider { get; }

    public GrainCollectionOptions CollectionOptions { get; }

    public SiloMessagingOptions MessagingOptions { get; }

    public int SchedulingQuantum { get; }

    public RuntimeLog Log { get; }

    public string ClusterId { get; }

    public SiloStatus Status => _status;

    public override bool IsAlive => _status is not (SiloStatus.Dead or SiloStatus.Created);

    /// <summary>Placement begins here; once it stops, at any that still takes activations.</summary>
    public override Silo? Gateway => _status is SiloStatus.Active or SiloStatus.Joining ? this : Cluster.ActiveSilos.FirstOrDefault();

    /// <summary>Milliseconds on the silo's clock.</summary>
    public long Now => _hasRealClock ? Environment.TickCount64 : TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    public int ActivationCount => _activations.Count;

    public IEnumerable<Activation> Activations => _activations.Keys;

    string ILocalSiloDetails.DnsHostName => Dns.GetHostName();

    SiloAddress ILocalSiloDetails.SiloAddress => Address;

    SiloAddress ILocalSiloDetails.GatewayAddress => SiloAddress.New(new IPEndPoint(Address.Endpoint.Address, GatewayPort), Address.Generation);

    SiloAddress IPlacementContext.LocalSilo => Address;

    SiloStatus IPlacementContext.LocalSiloStatus => _status;

    /// <summary>Joins: calls go in and out from now on, activations only when active.</summary>
    public void Start()
    {
        Configure(MessagingOptions);
        SetStatus(SiloStatus.Joining);
    }

    public void BecomeActive()
    {
        SetStatus(SiloStatus.Active);
        var quantum = CollectionOptions.CollectionQuantum;
        using (ExecutionContext.SuppressFlow())
        {
            _collector = TimeProvider.CreateTimer(static silo => ((Silo)silo!).CollectIdle(null), this, quantum, quantum);
        }
    }

    /// <summary>Ends all activations in good order; calls to them go on to other silos.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _collector?.Dispose();
        SetStatus(SiloStatus.ShuttingDown);
        while (!_activations.IsEmpty && !cancellationToken.IsCancellationRequested)
        {
            var ending = _activations.Keys.Select(a => a.DeactivateAsync(new(DeactivationReasonCode.ShuttingDown, "This process is terminating."), cancellationToken));
            await Task.WhenAll(ending).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Is gone: what is left of activations ends without a word, and all who wait learn of it.</summary>
    public void Die()
    {
        lock (_gate)
        {
            if (_status == SiloStatus.Dead)
            {
                return;
            }

            _status = SiloStatus.Dead;
        }

        _collector?.Dispose();
        foreach (var activation in _activations.Keys)
        {
            activation.Kill();
            Cluster.Remove(activation);
        }

        _activations.Clear();
        Cluster.SetStatus(this, SiloStatus.Dead);
        Pending.Fail(
            static _ => true,
            static call => new SiloUnavailableException($"The local Orleans host is shutting down and can no longer process the request: {call}."),
            signalCallee: false);
    }

    /// <summary>Takes an activation in; false when the silo takes no more.</summary>
    public bool TryAdd(Activation activation)
    {
        lock (_gate)
        {
            return _status is SiloStatus.Active or SiloStatus.Joining && _activations.TryAdd(activation, 0);
        }
    }

    public void Remove(Activation activation)
    {
        _activations.TryRemove(activation, out _);
        if (activation.Workers is { } workers)
        {
            workers.Remove(activation);
        }
        else
        {
            Cluster.Remove(activation);
        }
    }

    public StatelessWorkers WorkersOf(GrainId id, GrainClass grainClass) => _workers.GetOrAdd(id, static (i, s) => new StatelessWorkers(s.Item1, i, s.grainClass), (this, grainClass));

    /// <summary>Sends a call on whose activation here has ended.</summary>
    public void Forward(GrainCall call)
    {
        try
        {
            Cluster.Dispatch(call, this);
        }
        catch (Exception exception)
        {
            Undeliverable(call, exception);
        }
    }

    /// <summary>Ends activations that were idle for an age, or for their class's.</summary>
    public Task CollectIdle(TimeSpan? age)
    {
        var ending = new List<Task>();
        foreach (var activation in _activations.Keys)
        {
            if (age is not null ? activation.IsCollectable(age.Value) : !activation.Class.KeepAlive && activation.IsCollectable(AgeOf(activation.Class)))
            {
                ending.Add(activation.DeactivateAsync(new(DeactivationReasonCode.ActivationIdle, "Collecting inactive activation")));
            }
        }

        return Task.WhenAll(ending);
    }

    public async ValueTask<Silo> Place(GrainClass grainClass, GrainId id, GrainCall call)
    {
        var strategy = grainClass.Placement ?? Services.GetService<PlacementStrategy>() ?? DefaultPlacement;
        var target = new PlacementTarget(id, call.RequestContext, call.Method.InterfaceType, 0);
        var director = Services.GetKeyedService<IPlacementDirector>(strategy.GetType()) ?? (_builtIn ??= new BuiltInDirectors(this));
        var address = await director.OnAddActivation(strategy, target, this).ConfigureAwait(false);
        return Cluster.Find(address) ?? (address.Equals(Address) ? this : throw new OrleansException($"Placement chose silo {address}, which is not active, for grain {id}."));
    }

    SiloAddress[] IPlacementContext.GetCompatibleSilos(PlacementTarget target)
    {
        IEnumerable<SiloAddress> silos = Cluster.ActiveSilos.Select(s => s.Address);
        if (Cluster.ActiveSilos.IsEmpty && _status == SiloStatus.Joining)
        {
            silos = [Address];
        }

        var grainClass = GrainManifest.Instance.Get(target.GrainIdentity.Type);
        SiloAddress[] compatible = [.. (_filters ??= new PlacementFilters(Services)).Apply(grainClass, target, silos)];
        return compatible.Length > 0
            ? compatible
            : throw new OrleansException($"There are no compatible silos for grain {target.GrainIdentity} of {grainClass.Type}.");
    }

    public override ValueTask DisposeAsync()
    {
        Die();
        return base.DisposeAsync();
    }

    private static readonly PlacementStrategy DefaultPlacement = new RandomPlacement();

    private TimeSpan AgeOf(GrainClass grainClass) =>
        CollectionOptions.ClassSpecificCollectionAge.TryGetValue(grainClass.Type.FullName!, out var own) ? own : grainClass.CollectionAge ?? CollectionOptions.CollectionAge;

    private void SetStatus(SiloStatus status)
    {
        lock (_gate)
        {
            _status = status;
        }

        Cluster.SetStatus(this, status);
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>One activation of a grain. Its requests, and what it does of itself, run in its turns.</summary>
internal sealed class Activation : CallTarget, IGrainContext, ICallChainReentrantGrainContext
{
    private readonly Lock _gate = new();
    private readonly ActivationScheduler _scheduler;
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GrainLifecycle _lifecycle = new();
    private readonly int _requestLimit;

    private Dictionary<Type, object>? _components;
    private HashSet<IDisposable>? _timers;
    private Dictionary<Guid, int>? _reentrantSections;
    private IServiceScope? _scope;
    private object? _instance;
    private volatile ActivationState _state;
    private volatile bool _isEnding;
    private DeactivationReason _reason;
    private Exception? _failure;
    private TaskCompletionSource? _quiet;
    private long _keepUntil;
    private int _requests;

    // What follows is only touched in the activation's turns.
    private GrainCall? _firstWaiting;
    private GrainCall? _lastWaiting;
    private GrainCall? _blocking;
    private int _running;
    private int _waitingInterleavable;
    private bool _mayStartWaiting;

    public Activation(Silo silo, GrainId id, GrainClass grainClass, StatelessWorkers? workers = null)
    {
        Silo = silo;
        GrainId = id;
        Class = grainClass;
        Workers = workers;
        _requestLimit = workers is null ? silo.MessagingOptions.MaxEnqueuedRequestsHardLimit : silo.MessagingOptions.MaxEnqueuedRequestsHardLimit_StatelessWorker;
        _scheduler = new ActivationScheduler(this, silo.SchedulingQuantum);
        Address = new GrainAddress { GrainId = id, ActivationId = ActivationId.NewId(), SiloAddress = silo.Address };
        IdleSince = silo.Now;
    }

    public Silo Silo { get; }

    public GrainClass Class { get; }

    public StatelessWorkers? Workers { get; }

    public override CallRuntime Runtime => Silo;

    public override GrainId Id => GrainId;

    public override bool IsGone => !Silo.IsAlive;

    public override bool FiltersItself => Class.FiltersItself;

    public GrainId GrainId { get; }

    public GrainAddress Address { get; }

    public ActivationId ActivationId => Address.ActivationId;

    public GrainReference GrainReference => field ??= new GrainReference(Silo, GrainId, typeof(IGrain));

    public object? GrainInstance => _instance;

    public IServiceProvider ActivationServices => (_scope ??= Silo.Services.CreateScope()).ServiceProvider;

    public IGrainLifecycle ObservableLifecycle => _lifecycle;

    public IWorkItemScheduler Scheduler => _scheduler;

    public Task Deactivated => _ended.Task;

    public ActivationState State => _state;

    public ActivationEnumerations Enumerations => field ??= new ActivationEnumerations(this);

    public Streams.StreamConsumers StreamConsumers => field ??= new Streams.StreamConsumers(Silo, _instance);

    /// <summary>Since when nothing ran, on the silo's clock.</summary>
    public long IdleSince { get; private set; }

    /// <summary>Requests that run or wait; a hint for choosing among workers.</summary>
    public int Load => Volatile.Read(ref _requests);

    private bool CountsRequests => _requestLimit > 0 || Workers is not null;

    /// <summary>Activates, in its own turns.</summary>
    public void Begin(Dictionary<string, object>? requestContext) => _scheduler.QueueAction(() => _ = ActivateAsync(requestContext));

    public override object InstanceFor(GrainMethod method) => _instance!;

    public object? GetTarget() => _instance;

    public object? GetComponent(Type componentType)
    {
        lock (_gate)
        {
            return componentType.IsInstanceOfType(_instance) ? _instance
                : componentType.IsInstanceOfType(this) ? this
                : _components?.GetValueOrDefault(componentType);
        }
    }

    public void SetComponent<TComponent>(TComponent? value)
        where TComponent : class
    {
        lock (_gate)
        {
            _components ??= [];
            if (value is null)
            {
                _components.Remove(typeof(TComponent));
            }
            else
            {
                _components[typeof(TComponent)] = value;
            }
        }
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override string ToString() => $"[Activation: {Silo.Address}/{GrainId}{ActivationId} State={_state}]";

    public override void Post(Action action) => _scheduler.QueueAction(action);

    public override bool TryReceive(GrainCall call)
    {
        if (_state == ActivationState.Invalid)
        {
            return false;
        }

        if (CountsRequests)
        {
            var count = Interlocked.Increment(ref _requests);
            if (_requestLimit > 0 && count > _requestLimit)
            {
                Interlocked.Decrement(ref _requests);
                CallRuntime.Undeliverable(call, new LimitExceededException("MaxEnqueuedRequests", count, _requestLimit, ToString()));
                return true;
            }
        }

        _scheduler.Enqueue(call);
        return true;
    }

    /// <summary>A request has come to the head of the queue.</summary>
    public void OnReceived(GrainCall call)
    {
        if (_state == ActivationState.Valid && !_isEnding)
        {
            if (MayStart(call))
            {
                Start(call);
                return;
            }
        }
        else if (_state == ActivationState.Invalid)
        {
            SendOn(call);
            return;
        }

        call.NextWaiting = null;
        if (_lastWaiting is null)
        {
            _firstWaiting = call;
        }
        else
        {
            _lastWaiting.NextWaiting = call;
        }

        _lastWaiting = call;
        if (IsInterleavable(call))
        {
            _waitingInterleavable++;
        }
    }

    /// <summary>Starts those of the waiting requests that now may.</summary>
    public void StartWaiting()
    {
        if (!_mayStartWaiting)
        {
            return;
        }

        _mayStartWaiting = false;
        if (_state == ActivationState.Invalid)
        {
            while (_firstWaiting is { } waiting)
            {
                Unlink(null, waiting);
                SendOn(waiting);
            }
        }
        else if (_state == ActivationState.Valid && !_isEnding)
        {
            StartThoseThatMay();
        }
    }

    public override void OnCompleted(GrainCall call, Exception? exception)
    {
        _running--;
        if (CountsRequests)
        {
            Interlocked.Decrement(ref _requests);
        }

        if (_blocking is null || ReferenceEquals(_blocking, call))
        {
            _blocking = null;
        }

        if (call.IsKeepAlive)
        {
            IdleSince = Silo.Now;
        }

        _mayStartWaiting = true;
        if (_running == 0)
        {
            _quiet?.TrySetResult();
        }

        if (exception is InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            inconsistent.IsSourceActivation = false;
            Deactivate(new(DeactivationReasonCode.ApplicationError, exception, exception.Message));
        }
    }

    public void OnEnterReentrantSection(Guid reentrancyId)
    {
        lock (_gate)
        {
            _reentrantSections ??= [];
            _reentrantSections[reentrancyId] = _reentrantSections.GetValueOrDefault(reentrancyId) + 1;
        }

        // A call of the chain may already wait.
        _mayStartWaiting = true;
    }

    public void OnExitReentrantSection(Guid reentrancyId)
    {
        lock (_gate)
        {
            var count = _reentrantSections?.GetValueOrDefault(reentrancyId) ?? 0;
            if (count == 0)
            {
                throw new InvalidOperationException("Error in reentrant section tracking: this section is not active.");
            }

            if (count == 1)
            {
                _reentrantSections!.Remove(reentrancyId);
            }
            else
            {
                _reentrantSections![reentrancyId] = count - 1;
            }
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_isEnding)
            {
                return;
            }

            _isEnding = true;
            _reason = deactivationReason;
        }

        _scheduler.QueueAction(() => _ = DeactivateAsync(cancellationToken));
    }

    /// <summary>The silo is gone: the activation ends without a word.</summary>
    public void Kill()
    {
        _isEnding = true;
        _state = ActivationState.Invalid;
        DisposeTimers();
        _begun.TrySetResult();
        _ended.TrySetResult();
        _scheduler.QueueAction(() => _mayStartWaiting = true);
    }

    /// <summary>Keeps the activation at least so long; a negative span gives that up.</summary>
    public void KeepFor(TimeSpan span) => Volatile.Write(
        ref _keepUntil,
        span == TimeSpan.MaxValue || span == Timeout.InfiniteTimeSpan ? long.MaxValue : span <= TimeSpan.Zero ? 0 : Silo.Now + (long)span.TotalMilliseconds);

    /// <summary>Whether it was idle for so long, and nothing keeps it.</summary>
    public bool IsCollectable(TimeSpan age)
    {
        var now = Silo.Now;
        return _state == ActivationState.Valid && !_isEnding && Volatile.Read(ref _running) == 0 && now - IdleSince >= (long)age.TotalMilliseconds && now >= Volatile.Read(ref _keepUntil);
    }

    public void AddTimer(IDisposable timer)
    {
        lock (_gate)
        {
            if (_isEnding && _state == ActivationState.Invalid)
            {
                timer.Dispose();
                return;
            }

            (_timers ??= []).Add(timer);
        }
    }

    public void RemoveTimer(IDisposable timer)
    {
        lock (_gate)
        {
            _timers?.Remove(timer);
        }
    }

    /// <summary>A timer's run, as a request of its own.</summary>
    public void Tick(GrainCall tick)
    {
        if (_state != ActivationState.Invalid)
        {
            _scheduler.Enqueue(tick);
        }
    }

    private async Task ActivateAsync(Dictionary<string, object>? requestContext)
    {
        if (_state == ActivationState.Invalid)
        {
            return;
        }

        _state = ActivationState.Activating;
        RequestContext.Current = requestContext;
        try
        {
            using var timeout = new CancellationTokenSource(Silo.CollectionOptions.ActivationTimeout);
            _instance = Class.Create(this);
            await _lifecycle.OnStart(timeout.Token);
            if (_instance is IGrainBase grain)
            {
                await grain.OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);
            }

            if (_state != ActivationState.Invalid)
            {
                _state = ActivationState.Valid;
                IdleSince = Silo.Now;
            }
        }
        catch (Exception exception)
        {
            Silo.Log.ActivationFailed(GrainId, exception);
            _failure = exception;
            lock (_gate)
            {
                _isEnding = true;
                _reason = new(DeactivationReasonCode.ActivationFailed, exception, "Failed to activate grain.");
            }

            await FinishAsync();
        }

        _begun.TrySetResult();
        _mayStartWaiting = true;
    }

    private async Task DeactivateAsync(CancellationToken cancellationToken)
    {
        await _begun.Task;
        if (_state == ActivationState.Invalid)
        {
            return;
        }

        _state = ActivationState.Deactivating;
        DisposeTimers();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Silo.CollectionOptions.DeactivationTimeout);
        try
        {
            if (_running > 0)
            {
                _quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await _quiet.Task.WaitAsync(timeout.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // What still runs is left to itself.
        }

        try
        {
            if (_instance is IGrainBase grain)
            {
                await grain.OnDeactivateAsync(_reason, timeout.Token).WaitAsync(timeout.Token);
            }

            await _lifecycle.OnStop(timeout.Token);
        }
        catch (Exception exception)
        {
            Silo.Log.DeactivationFailed(GrainId, exception);
        }

        await FinishAsync();
    }

    private async Task FinishAsync()
    {
        try
        {
            DisposeTimers();
            await Enumerations.DisposeAsync();
            _state = ActivationState.Invalid;
            Silo.Remove(this);
            await DisposeInstance();
        }
        catch (Exception exception)
        {
            Silo.Log.DeactivationFailed(GrainId, exception);
        }
        finally
        {
            _state = ActivationState.Invalid;

            // Before it is told that it has ended: a silo that stops is gone right after, and what waits here must be on its way by then.
            _mayStartWaiting = true;
            StartWaiting();
            _ended.TrySetResult();
        }
    }

    private async Task DisposeInstance()
    {
        if (_instance is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else if (_instance is IDisposable disposable)
        {
            disposable.Dispose();
        }

        if (_scope is IAsyncDisposable scope)
        {
            await scope.DisposeAsync();
        }
        else
        {
            _scope?.Dispose();
        }
    }

    private bool MayStart(GrainCall call)
    {
        if (_running == 0 || call.IsAlwaysInterleave || _blocking is null || (_blocking.IsReadOnly && call.IsReadOnly))
        {
            return true;
        }

        if (call.ReentrancyId != Guid.Empty && IsReentrant(call.ReentrancyId))
        {
            return true;
        }

        try
        {
            return Class.MayInterleave is { } predicate && (predicate(_instance!, call) || predicate(_instance!, _blocking));
        }
        catch (Exception exception)
        {
            call.Fail(exception);
            return true;
        }
    }

    private bool IsReentrant(Guid id)
    {
        lock (_gate)
        {
            return _reentrantSections?.ContainsKey(id) == true;
        }
    }

    private bool IsInterleavable(GrainCall call) => call.IsReadOnly || call.IsAlwaysInterleave || call.ReentrancyId != Guid.Empty || Class.MayInterleave is not null;

    private void Start(GrainCall call)
    {
        if (call.IsExpired)
        {
            if (CountsRequests)
            {
                Interlocked.Decrement(ref _requests);
            }

            call.Release();
            return;
        }

        _running++;
        if (_blocking is null && !call.IsAlwaysInterleave)
        {
            _blocking = call;
        }

        _ = call.Execute(this);
    }

    private void StartThoseThatMay()
    {
        GrainCall? previous = null;
        var call = _firstWaiting;
        while (call is not null)
        {
            var next = call.NextWaiting;
            if (MayStart(call))
            {
                Unlink(previous, call);
                Start(call);
            }
            else
            {
                previous = call;
            }

            // With one running that lets no other in, only those that interleave are worth looking for.
            if (_blocking is not null && _waitingInterleavable == 0)
            {
                break;
            }

            call = next;
        }
    }

    private void Unlink(GrainCall? previous, GrainCall call)
    {
        if (previous is null)
        {
            _firstWaiting = call.NextWaiting;
        }
        else
        {
            previous.NextWaiting = call.NextWaiting;
        }

        if (ReferenceEquals(_lastWaiting, call))
        {
            _lastWaiting = previous;
        }

        call.NextWaiting = null;
        if (IsInterleavable(call))
        {
            _waitingInterleavable--;
        }
    }

    /// <summary>The activation has ended: a request goes to the next one, or fails with what kept this one from being.</summary>
    private void SendOn(GrainCall call)
    {
        if (CountsRequests && !call.IsLocalOnly)
        {
            Interlocked.Decrement(ref _requests);
        }

        if (call.IsLocalOnly || (IsGone && call.Sender is ClientRuntime))
        {
            call.Release();
        }
        else if (_failure is not null)
        {
            CallRuntime.Undeliverable(call, _failure);
        }
        else if (IsGone)
        {
            CallRuntime.Undeliverable(call, new SiloUnavailableException($"The target silo became unavailable for message: {call}. "));
        }
        else if (++call.ForwardCount > Silo.MessagingOptions.MaxForwardCount)
        {
            CallRuntime.Undeliverable(call, new OrleansMessageRejectionException($"Forwarding failed: tried to forward message {call} for {call.ForwardCount - 1} times after {_reason}."));
        }
        else
        {
            // It is on its way to somebody else: that this silo dies meanwhile is no concern of it.
            call.Target = null;
            Silo.Forward(call);
        }
    }

    private void DisposeTimers()
    {
        IDisposable[] timers;
        lock (_gate)
        {
            timers = _timers is null ? [] : [.. _timers];
            _timers = null;
        }

        foreach (var timer in timers)
        {
            timer.Dispose();
        }
    }
}

/// <summary>Where an activation is in its life.</summary>
internal enum ActivationState : byte
{
    Creating,
    Activating,
    Valid,
    Deactivating,
    Invalid,
}

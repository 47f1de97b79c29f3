using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>A place that calls come from, and where references belong: a silo, or a client.</summary>
internal abstract class CallRuntime : IAsyncDisposable
{
    private Timer? _expiry;
    private long _timeout;
    private bool _cancelOnTimeout;

    public required string Name { get; init; }

    public required IServiceProvider Services { get; init; }

    public required Cluster Cluster { get; init; }

    public PendingCalls Pending { get; } = new();

    public IOutgoingGrainCallFilter[] OutgoingFilters { get; private set; } = [];

    public IIncomingGrainCallFilter[] IncomingFilters { get; private set; } = [];

    public bool WaitForCancellationAcknowledgement { get; private set; }

    public TimeSpan ResponseTimeout => TimeSpan.FromMilliseconds(_timeout);

    /// <summary>Whether it may still send.</summary>
    public abstract bool IsAlive { get; }

    /// <summary>The silo that its calls are placed from.</summary>
    public abstract Silo? Gateway { get; }

    public ObserverRegistry Observers => field ??= new ObserverRegistry(this);

    /// <summary>Sends a call whose arguments are copies.</summary>
    public void Send(GrainCall call, CancellationToken cancellationToken)
    {
        var timeout = call.Method.ResponseTimeout is { } own ? (long)own.TotalMilliseconds : _timeout;
        call.Deadline = Environment.TickCount64 + timeout;
        if (!call.IsOneWay)
        {
            Pending.Add(call);
            if (cancellationToken.IsCancellationRequested)
            {
                call.Fail(new OperationCanceledException(cancellationToken));
                call.Release();
                return;
            }
        }

        call.CancelWith(cancellationToken);
        if (!IsAlive)
        {
            Undeliverable(call, new SiloUnavailableException($"The local Orleans host is shutting down and can no longer process the request: {call}."));
            return;
        }

        try
        {
            Dispatch(call);
        }
        catch (Exception exception)
        {
            Undeliverable(call, exception);
        }
    }

    /// <summary>Finds the call's target, and puts the call into its queue.</summary>
    public void Dispatch(GrainCall call)
    {
        var reference = call.Reference;
        if (reference.LastTarget is { } last)
        {
            if (Deliver(call, last))
            {
                return;
            }

            reference.LastTarget = null;
        }

        if (Observers.IsObserver(reference.GrainId))
        {
            Cluster.DispatchToObserver(call);
            return;
        }

        Cluster.Dispatch(call, this);
    }

    /// <summary>Puts a call into a target's queue; false when the target has ended.</summary>
    public static bool Deliver(GrainCall call, CallTarget target)
    {
        var there = target.Runtime;
        if (!ReferenceEquals(there, call.Sender) && !ReferenceEquals(there, call.ArgumentsAt))
        {
            call.CopyArgumentsFor(there);
        }

        call.Target = target;
        return target.TryReceive(call);
    }

    /// <summary>Ends a call that no one will carry out.</summary>
    public static void Undeliverable(GrainCall call, Exception exception)
    {
        call.Fail(exception);
        call.Release();
    }

    public virtual ValueTask DisposeAsync()
    {
        _expiry?.Dispose();
        return default;
    }

    protected void Configure(MessagingOptions options)
    {
        _timeout = (long)options.ResponseTimeout.TotalMilliseconds;
        _cancelOnTimeout = options.CancelRequestOnTimeout;
        WaitForCancellationAcknowledgement = options.WaitForCancellationAcknowledgement;
        OutgoingFilters = [.. Services.GetServices<IOutgoingGrainCallFilter>()];
        IncomingFilters = [.. Services.GetServices<IIncomingGrainCallFilter>()];
        var period = Math.Clamp(_timeout / 10, 10, 1000);
        using (ExecutionContext.SuppressFlow())
        {
            _expiry = new Timer(static state => ((CallRuntime)state!).ExpireCalls(), this, period, period);
        }
    }

    private void ExpireCalls()
    {
        var now = Environment.TickCount64;
        Pending.Fail(
            call => call.Deadline < now,
            call => new TimeoutException($"Response did not arrive on time in {call.Method.ResponseTimeout ?? ResponseTimeout} for message: {call}. "),
            _cancelOnTimeout);
    }
}

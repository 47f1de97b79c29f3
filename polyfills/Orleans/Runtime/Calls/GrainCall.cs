using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.CodeGeneration;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>
/// A call: at once its message, its invocation on the callee's side and its completion on the caller's. Instances are
/// pooled; one goes back when both sides have let go of it.
/// </summary>
internal abstract class GrainCall : IInvokable
{
    // Version of the use in the upper bits, bit 0: completed. A late completion of an earlier use does not match.
    private long _state;
    private int _owners;

    private CancellationTokenRegistration _callerCancellation;
    private CancellationTokenSource? _calleeCancellation;

    /// <summary>The reference it was made on.</summary>
    public GrainReference Reference { get; protected set; } = null!;

    /// <summary>What carries it out, once found.</summary>
    public CallTarget? Target { get; set; }

    /// <summary>Whose turn made it; null when none.</summary>
    public GrainId SourceId { get; private set; }

    public Dictionary<string, object>? RequestContext { get; private set; }

    public Guid ReentrancyId { get; private set; }

    /// <summary>When the caller gives up, in ticks of <see cref="Environment.TickCount64"/>.</summary>
    public long Deadline { get; set; }

    /// <summary>How often it was sent on because its target had ended.</summary>
    public int ForwardCount { get; set; }

    /// <summary>Which runtime its arguments are copied for.</summary>
    public CallRuntime? ArgumentsAt { get; set; }

    // Links of the lists it is in: calls that wait at an activation, calls that a runtime waits for.
    public GrainCall? NextWaiting { get; set; }

    public GrainCall? PreviousPending { get; set; }

    public GrainCall? NextPending { get; set; }

    public int PendingStripe { get; set; } = -1;

    public abstract GrainMethod Method { get; }

    /// <summary>The caller's runtime.</summary>
    public CallRuntime Sender => Reference.Runtime;

    public bool IsOneWay { get; protected set; }

    public virtual bool IsAlwaysInterleave => (Method.Options & InvokeMethodOptions.AlwaysInterleave) != 0;

    public virtual bool IsReadOnly => (Method.Options & InvokeMethodOptions.ReadOnly) != 0;

    /// <summary>Whether it counts as activity of the grain.</summary>
    public virtual bool IsKeepAlive => true;

    /// <summary>Whether it means this very activation: it is dropped rather than sent on.</summary>
    public virtual bool IsLocalOnly => false;

    /// <summary>What filters get for a call without a result.</summary>
    public virtual object? DefaultResult => default(Serialization.Unit);

    /// <summary>Whether its caller has an outcome, or has given up.</summary>
    public bool IsCompleted => (Volatile.Read(ref _state) & 1) != 0;

    public virtual bool IsExpired => IsOneWay ? Environment.TickCount64 > Deadline : IsCompleted;

    public long State => Volatile.Read(ref _state);

    bool IInvokable.IsCancellable => Method.IsCancellable;

    protected bool IsTracked => PendingStripe >= 0;

    /// <summary>A call that a token may cancel at any time is used once only.</summary>
    protected bool IsPoolable => _calleeCancellation is null;

    /// <summary>Replaces the arguments by copies that belong to another runtime.</summary>
    public abstract void CopyArgumentsFor(CallRuntime destination);

    /// <summary>Carries it out, in the target's turn; does not throw.</summary>
    public abstract Task Execute(CallTarget target);

    /// <summary>The call itself, for the innermost filter; the result stays boxed.</summary>
    public abstract ValueTask<object?> InvokeBoxed();

    /// <summary>Gives the caller an error, unless it has an outcome.</summary>
    public abstract void Fail(Exception exception, long state);

    public void Fail(Exception exception) => Fail(exception, State & ~1L);

    public abstract int GetArgumentCount();

    public abstract object? GetArgument(int index);

    public abstract void SetArgument(int index, object value);

    public object? GetTarget() => Target?.InstanceFor(Method);

    public void SetTarget(ITargetHolder holder) => throw new NotSupportedException("The runtime sets the target of calls.");

    public async ValueTask<Response> Invoke()
    {
        try
        {
            return Response.FromResult(await InvokeBoxed());
        }
        catch (Exception exception)
        {
            return Response.FromException(exception);
        }
    }

    public string GetMethodName() => Method.Name;

    public string GetInterfaceName() => Method.Interface.FullName ?? Method.Interface.Name;

    public string GetActivityName() => $"{Method.Interface.Name}/{Method.Name}";

    public MethodInfo GetMethod() => Method.Info;

    public Type GetInterfaceType() => Method.Interface;

    public TimeSpan? GetDefaultResponseTimeout() => Method.ResponseTimeout;

    public CancellationToken GetCancellationToken() => _calleeCancellation?.Token ?? default;

    public bool TryCancel()
    {
        _calleeCancellation?.Cancel();
        return _calleeCancellation is not null;
    }

    public void Dispose()
    {
    }

    /// <summary>Has the caller's token cancel the call: at once for the caller, and by a message for the callee.</summary>
    public void CancelWith(CancellationToken cancellationToken)
    {
        if (Method.IsCancellable && cancellationToken.CanBeCanceled)
        {
            _calleeCancellation = new CancellationTokenSource();
            var registration = cancellationToken.UnsafeRegister(static (state, token) => ((GrainCall)state!).OnCallerCancelled(token), this);
            _callerCancellation = registration;
        }
    }

    /// <summary>Cancels the callee's token in the callee's turns.</summary>
    public void SignalCallee()
    {
        if (_calleeCancellation is not { } source)
        {
            return;
        }

        if (Target is { } target)
        {
            target.Post(source.Cancel);
        }
        else
        {
            source.Cancel();
        }
    }

    /// <summary>Takes the caller's request context.</summary>
    public void RefreshRequestContext()
    {
        var context = Runtime.RequestContext.Current;
        if (context is not null)
        {
            RequestContext = RequestContextCopy.Of(context, null);
            ReentrancyId = Runtime.RequestContext.ReentrancyIdOf(context);
        }
    }

    /// <summary>One side lets go of the call.</summary>
    public virtual void Release()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
        {
            Reset();
        }
    }

    public override string ToString() => $"{(IsOneWay ? "OneWay" : "Request")} [{Sender.Name} {SourceId}]->[{Reference.GrainId}] {Method.Interface.FullName}.{Method.Name}";

    /// <summary>Begins a use.</summary>
    protected void Begin(GrainReference reference, int owners)
    {
        Reference = reference;
        _owners = owners;
        Volatile.Write(ref _state, (State & ~1L) + 2);
        SourceId = RuntimeContext.Current?.GrainId ?? default;
        RefreshRequestContext();
    }

    protected void SetOwners(int owners) => _owners = owners;

    /// <summary>The one who gets true gives the outcome.</summary>
    protected bool TryComplete(long state)
    {
        if (Interlocked.CompareExchange(ref _state, state | 1, state) != state)
        {
            return false;
        }

        if (IsTracked)
        {
            Sender.Pending.Remove(this);
        }

        if (Method.IsCancellable)
        {
            _callerCancellation.Unregister();
        }

        return true;
    }

    /// <summary>Ends a use.</summary>
    protected virtual void Reset()
    {
        Target = null;
        RequestContext = null;
        ReentrancyId = default;
        ForwardCount = 0;
        ArgumentsAt = null;
        NextWaiting = null;
        _callerCancellation = default;
        _calleeCancellation = null;
        IsOneWay = false;
    }

    private void OnCallerCancelled(CancellationToken cancellationToken)
    {
        if (Sender.WaitForCancellationAcknowledgement)
        {
            SignalCallee();
            return;
        }

        // The callee is told even though the caller no longer waits. Calls with a token are not pooled, so this is still that call.
        var state = State;
        if ((state & 1) == 0)
        {
            Fail(new OperationCanceledException(cancellationToken), state);
            SignalCallee();
        }
    }
}

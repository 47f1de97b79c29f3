using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>A call of a method with these arguments and this result.</summary>
internal sealed class GrainCall<TArgs, TResult> : GrainCall, IValueTaskSource<TResult>, IValueTaskSource
{
    private const int PoolLimit = 4096;

    private static readonly ConcurrentQueue<GrainCall<TArgs, TResult>> s_pool = new();
    private static int s_pooled;

    [ThreadStatic]
    private static GrainCall<TArgs, TResult>? t_free;

    private GrainMethod<TArgs, TResult> _method = null!;
    private TArgs _args = default!;
    private AsyncTaskMethodBuilder<TResult> _task;
    private bool _hasTask;
    private ManualResetValueTaskSourceCore<TResult> _core = new() { RunContinuationsAsynchronously = true };

    public override GrainMethod Method => _method;

    public override object? DefaultResult => default(TResult);

    /// <summary>A call with its arguments copied; one of the <c>For…</c> methods says who waits for it.</summary>
    public static GrainCall<TArgs, TResult> Rent(GrainReference reference, GrainMethod<TArgs, TResult> method, ref TArgs args)
    {
        method.CopyArguments(ref args, null);
        var call = t_free;
        if (call is not null)
        {
            t_free = null;
        }
        else if (s_pool.TryDequeue(out call))
        {
            Interlocked.Decrement(ref s_pooled);
        }
        else
        {
            call = new();
        }

        call._method = method;
        call._args = args;
        call.Begin(reference, 2);
        return call;
    }

    public Task<TResult> ForTask()
    {
        // Completed in a callee's turn, where no scheduler but the activation's runs: continuations of others are posted.
        _task = AsyncTaskMethodBuilder<TResult>.Create();
        _hasTask = true;
        return _task.Task;
    }

    public ValueTask<TResult> ForValueTask() => new(this, _core.Version);

    public ValueTask ForPlainValueTask() => new(this, _core.Version);

    public void ForNobody()
    {
        IsOneWay = true;
        SetOwners(1);
    }

    public override void CopyArgumentsFor(CallRuntime destination)
    {
        _method.CopyArguments(ref _args, destination);
        ArgumentsAt = destination;
    }

    public override async Task Execute(CallTarget target)
    {
        // Set within this method: what a turn changes of it ends with the turn.
        if (RequestContext is not null || Runtime.RequestContext.Current is not null)
        {
            Runtime.RequestContext.Current = RequestContext;
        }

        Exception? error = null;
        try
        {
            var result = target.Runtime.IncomingFilters.Length == 0 && !target.FiltersItself
                ? await _method.Invoke(target, ref _args, GetCancellationToken())
                : (TResult)(await IncomingFilters.Invoke(this, target))!;
            if (!IsOneWay && !target.IsGone)
            {
                SetResult(_method.CopyResult(result, ReferenceEquals(Sender, target.Runtime) ? null : Sender));
            }
        }
        catch (Exception exception)
        {
            error = exception;
            if (!target.IsGone)
            {
                Fail(ReferenceEquals(Sender, target.Runtime) ? exception : CopyException(exception));
            }
        }

        target.OnCompleted(this, error);
        Release();
    }

    public override async ValueTask<object?> InvokeBoxed() => await _method.Invoke(Target!, ref _args, GetCancellationToken());

    public override void Fail(Exception exception, long state)
    {
        if (IsOneWay || !TryComplete(state))
        {
            return;
        }

        if (_hasTask)
        {
            _task.SetException(exception);
            Release();
        }
        else
        {
            _core.SetException(exception);
        }
    }

    public override int GetArgumentCount() => _args is ITuple tuple ? tuple.Length : 0;

    public override object? GetArgument(int index) => ((ITuple)_args!)[index];

    public override void SetArgument(int index, object value)
    {
        object boxed = _args!;
        TupleElements.Set(boxed, index, value);
        _args = (TArgs)boxed;
    }

    TResult IValueTaskSource<TResult>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Release();
        }
    }

    void IValueTaskSource.GetResult(short token) => ((IValueTaskSource<TResult>)this).GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    protected override void Reset()
    {
        var poolable = IsPoolable;
        base.Reset();
        _args = default!;
        _task = default;
        _hasTask = false;
        _core.Reset();
        if (!poolable)
        {
            return;
        }

        if (t_free is null)
        {
            t_free = this;
        }
        else if (Interlocked.Increment(ref s_pooled) <= PoolLimit)
        {
            s_pool.Enqueue(this);
        }
        else
        {
            Interlocked.Decrement(ref s_pooled);
        }
    }

    private void SetResult(TResult result)
    {
        if (!TryComplete(State & ~1L))
        {
            return;
        }

        if (_hasTask)
        {
            _task.SetResult(result);
            Release();
        }
        else
        {
            _core.SetResult(result);
        }
    }

    private Exception CopyException(Exception exception)
    {
        try
        {
            return CopierOf<Exception, WireCopy>.CopyRoot(exception, Sender);
        }
        catch (Exception failure)
        {
            return failure;
        }
    }
}

/// <summary>Elements of boxed value tuples, for filters that change arguments.</summary>
internal static class TupleElements
{
    public static void Set(object tuple, int index, object? value)
    {
        var type = tuple.GetType();
        if (index < 7)
        {
            type.GetField("Item" + (index + 1))!.SetValue(tuple, value);
            return;
        }

        var field = type.GetField("Rest")!;
        var rest = field.GetValue(tuple)!;
        Set(rest, index - 7, value);
        field.SetValue(tuple, rest);
    }
}

/// <summary>Copies of request contexts: they cross with every call.</summary>
internal static class RequestContextCopy
{
    public static Dictionary<string, object> Of(Dictionary<string, object> values, CallRuntime? destination)
    {
        foreach (var value in values.Values)
        {
            if (value is not (null or string or Guid or int or long or bool or double))
            {
                return destination is null ? Copy<LocalCopy>(values, null) : Copy<WireCopy>(values, destination);
            }
        }

        // Nothing in it changes, and the dictionary itself is never changed in place.
        return values;
    }

    private static Dictionary<string, object> Copy<TMode>(Dictionary<string, object> values, CallRuntime? destination)
        where TMode : ICopyMode
    {
        using var context = CopyContext.Rent(destination);
        var copy = new Dictionary<string, object>(values.Count);
        foreach (var (key, value) in values)
        {
            copy[key] = CopierOf<object, TMode>.Copy(value, context);
        }

        return copy;
    }
}

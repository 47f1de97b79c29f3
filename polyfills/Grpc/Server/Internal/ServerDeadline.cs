namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Ends a call when its time is up. Either the handler's end or the deadline decides the call, never both: whoever moves the
/// state away from running first.
/// </summary>
internal sealed class ServerDeadline
{
    private const int Running = 0;
    private const int Finished = 1;
    private const int Exceeded = 2;

    /// <summary>The longest that a timer can wait; what is longer is waited for in pieces.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly ServerCall _call;
    private readonly TimeSpan _timeout;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Timer? _timer;
    private CancellationTokenSource? _cancellation;
    private CancellationTokenRegistration _aborted;
    private bool _isCancelled;
    private int _state = Running;

    private ServerDeadline(ServerCall call, TimeSpan timeout)
    {
        _call = call;
        _timeout = timeout;
        At = DateTime.UtcNow.Add(timeout);
    }

    public DateTime At { get; }

    public bool IsExceeded => Volatile.Read(ref _state) == Exceeded;

    /// <summary>Made when first asked for: many handlers never do.</summary>
    public CancellationToken CancellationToken
    {
        get
        {
            lock (_gate)
            {
                return (_cancellation ?? CreateCancellation()).Token;
            }
        }
    }

    public static ServerDeadline Start(ServerCall call, TimeSpan timeout)
    {
        var deadline = new ServerDeadline(call, timeout);
        var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        try
        {
            deadline._timer = new Timer(static state => ((ServerDeadline)state!).OnTimer(), deadline, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            flow.Dispose();
        }

        deadline._timer.Change(Wait(timeout), Timeout.InfiniteTimeSpan);
        return deadline;
    }

    /// <summary>The handler has ended. False if the deadline was there first; then its work is over when this returns.</summary>
    public async ValueTask<bool> StopAsync()
    {
        var stopped = Interlocked.CompareExchange(ref _state, Finished, Running) != Exceeded;
        if (!stopped)
        {
            await _ended.Task;
        }

        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        // The source is not disposed: its token may live on in what the handler started.
        await _aborted.DisposeAsync();
        return stopped;
    }

    private static TimeSpan Wait(TimeSpan remaining) => remaining < LongestWait ? remaining : LongestWait;

    private CancellationTokenSource CreateCancellation()
    {
        _cancellation = new CancellationTokenSource();
        if (_isCancelled)
        {
            _cancellation.Cancel();
        }
        else
        {
            _aborted = _call.HttpContext.RequestAborted.UnsafeRegister(
                static state => ((CancellationTokenSource)state!).Cancel(), _cancellation);
        }

        return _cancellation;
    }

    private void OnTimer()
    {
        var remaining = At - DateTime.UtcNow;
        if (remaining > TimeSpan.Zero)
        {
            // At least a millisecond, or timer and clock could disagree for as long as it takes.
            var wait = TimeSpan.FromTicks(Math.Max(remaining.Ticks, TimeSpan.TicksPerMillisecond));
            _timer!.Change(Wait(wait), Timeout.InfiniteTimeSpan);
        }
        else if (Interlocked.CompareExchange(ref _state, Exceeded, Running) == Running)
        {
            _ = ExceedAsync();
        }
    }

    private async Task ExceedAsync()
    {
        try
        {
            ServerLog.DeadlineExceeded(_call.Logger, _timeout);
            await _call.ExceedDeadlineAsync();
            CancellationTokenSource? cancellation;
            lock (_gate)
            {
                _isCancelled = true;
                cancellation = _cancellation;
            }

            // Outside the lock: what is registered on the token runs here.
            cancellation?.Cancel();
        }
        catch (Exception error)
        {
            ServerLog.DeadlineFailed(_call.Logger, error);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }
}

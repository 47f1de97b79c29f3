namespace Grpc.Net.Client.Internal;

/// <summary>Ends a call when its time is up.</summary>
internal sealed class CallDeadline : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly ClientCall _call;
    private readonly DateTime _at;
    private readonly Timer _timer;

    public CallDeadline(ClientCall call, DateTime at, TimeSpan remaining)
    {
        _call = call;
        _at = at;
        var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        try
        {
            _timer = new Timer(static state => ((CallDeadline)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            flow.Dispose();
        }

        Wait(remaining);
    }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        var remaining = _at - DateTime.UtcNow;
        if (remaining > TimeSpan.Zero)
        {
            Wait(remaining);
        }
        else
        {
            _call.ExceedDeadline();
        }
    }

    private void Wait(TimeSpan remaining)
    {
        // At least a millisecond, or timer and clock could disagree for as long as it takes.
        var wait = TimeSpan.FromTicks(Math.Clamp(remaining.Ticks, TimeSpan.TicksPerMillisecond, LongestWait.Ticks));
        try
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The call ended meanwhile.
        }
    }
}

using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Personalization.Api.Errors;

/// <summary>
/// How many calls and streams may be under way in this process. What is beyond is refused at once with a retry delay:
/// an answer that is late is of less use than one that says when to come back. Once it is closed nothing is let in any more.
/// </summary>
internal sealed class ConcurrencyGate(IOptions<ApiOptions> options)
{
    private static readonly TimeSpan s_stopRetry = TimeSpan.FromSeconds(1);

    private readonly int _maxCalls = options.Value.MaxConcurrentCalls;
    private readonly int _maxStreams = options.Value.MaxConcurrentStreams;
    private readonly TimeSpan _retryAfter = options.Value.OverloadRetryDelay;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;
    private int _streams;

    /// <summary>Calls under way.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Streams open.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Cancelled once the gate closes: a stream that would go on for ever ends then.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Completes when the gate is closed and everybody who was let in has left.</summary>
    public Task Empty => _empty.Task;

    /// <summary>Lets nobody in from now on. Calls under way go on; streams are asked to end.</summary>
    public void Close()
    {
        _closing.Cancel();
        TellIfEmpty();
    }

    /// <summary>What is told to those who come when the gate is closed, and to streams that it ends.</summary>
    public static RpcException Stopping() =>
        RpcErrors.ToException(RpcErrors.Unavailable("The engine is stopping.", s_stopRetry));

    /// <summary>Lets a call in.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: there are too many. UNAVAILABLE: the engine is stopping.</exception>
    public void EnterCall() => Enter(ref _calls, _maxCalls, Reasons.TooManyCalls, "calls under way");

    /// <summary>A call that was let in has ended.</summary>
    public void LeaveCall() => Leave(ref _calls);

    /// <summary>Lets a stream in.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: there are too many. UNAVAILABLE: the engine is stopping.</exception>
    public void EnterStream() => Enter(ref _streams, _maxStreams, Reasons.TooManyStreams, "streams open");

    /// <summary>A stream that was let in has ended.</summary>
    public void LeaveStream() => Leave(ref _streams);

    private void Enter(ref int count, int most, string reason, string what)
    {
        // Counted before it is asked whether the gate is closed: whoever closes it either is seen here or sees the count.
        var under = Interlocked.Increment(ref count);
        if (_closing.IsCancellationRequested)
        {
            Leave(ref count);
            throw Stopping();
        }

        if (under <= most)
        {
            return;
        }

        Leave(ref count);
        throw RpcErrors.ToException(RpcErrors.Exhausted(reason, $"There are {most:N0} {what} already.", _retryAfter));
    }

    private void Leave(ref int count)
    {
        Interlocked.Decrement(ref count);
        TellIfEmpty();
    }

    private void TellIfEmpty()
    {
        if (_closing.IsCancellationRequested && Calls == 0 && Streams == 0)
        {
            _empty.TrySetResult();
        }
    }
}

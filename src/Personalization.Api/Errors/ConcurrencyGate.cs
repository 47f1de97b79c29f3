using Microsoft.Extensions.Options;

namespace Personalization.Api.Errors;

/// <summary>
/// How many calls and streams may be under way in this process. What is beyond is refused at once with a retry delay:
/// an answer that is late is of less use than one that says when to come back.
/// </summary>
internal sealed class ConcurrencyGate(IOptions<ApiOptions> options)
{
    private readonly int _maxCalls = options.Value.MaxConcurrentCalls;
    private readonly int _maxStreams = options.Value.MaxConcurrentStreams;
    private readonly TimeSpan _retryAfter = options.Value.OverloadRetryDelay;
    private int _calls;
    private int _streams;

    /// <summary>Calls under way.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Streams open.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>Lets a call in.</summary>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: there are too many.</exception>
    public void EnterCall() => Enter(ref _calls, _maxCalls, Reasons.TooManyCalls, "calls under way");

    /// <summary>A call that was let in has ended.</summary>
    public void LeaveCall() => Interlocked.Decrement(ref _calls);

    /// <summary>Lets a stream in.</summary>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: there are too many.</exception>
    public void EnterStream() => Enter(ref _streams, _maxStreams, Reasons.TooManyStreams, "streams open");

    /// <summary>A stream that was let in has ended.</summary>
    public void LeaveStream() => Interlocked.Decrement(ref _streams);

    private void Enter(ref int count, int most, string reason, string what)
    {
        if (Interlocked.Increment(ref count) <= most)
        {
            return;
        }

        Interlocked.Decrement(ref count);
        throw RpcErrors.ToException(RpcErrors.Exhausted(reason, $"There are {most:N0} {what} already.", _retryAfter));
    }
}

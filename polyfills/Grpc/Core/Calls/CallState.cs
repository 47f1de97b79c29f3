namespace Grpc.Core.Internal;

/// <summary>
/// How a call object reaches the call behind it. The delegates take the call as their argument, so that a transport can
/// share one static set among all calls.
/// </summary>
internal readonly struct CallState
{
    private readonly object _state;
    private readonly Func<object, Task<Metadata>> _headers;
    private readonly Func<object, Status> _status;
    private readonly Func<object, Metadata> _trailers;
    private readonly Action<object> _dispose;

    public CallState(
        Func<object, Task<Metadata>> headers,
        Func<object, Status> status,
        Func<object, Metadata> trailers,
        Action<object> dispose,
        object state)
    {
        _state = state;
        _headers = headers;
        _status = status;
        _trailers = trailers;
        _dispose = dispose;
    }

    public CallState(Task<Metadata> headers, Func<Status> status, Func<Metadata> trailers, Action dispose) : this(
        _ => headers,
        _ => status(),
        _ => trailers(),
        _ => dispose(),
        headers)
    {
    }

    public Task<Metadata> Headers => _headers(_state);

    public Status Status => _status(_state);

    public Metadata Trailers => _trailers(_state);

    public void Dispose() => _dispose(_state);
}

namespace Grpc.Net.Client.Internal;

/// <summary>The calls that run on a channel, linked through each other so that keeping count of a call costs no allocation.</summary>
internal sealed class ActiveCalls
{
    private readonly Lock _gate = new();
    private ClientCall? _first;
    private bool _isClosed;

    public bool AreClosed => Volatile.Read(ref _isClosed);

    public bool TryAdd(ClientCall call)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            call.NextActive = _first;
            if (_first is not null)
            {
                _first.PreviousActive = call;
            }

            _first = call;
            return true;
        }
    }

    public void Remove(ClientCall call)
    {
        lock (_gate)
        {
            if (call.PreviousActive is not null)
            {
                call.PreviousActive.NextActive = call.NextActive;
            }
            else if (_first == call)
            {
                _first = call.NextActive;
            }

            if (call.NextActive is not null)
            {
                call.NextActive.PreviousActive = call.PreviousActive;
            }

            call.NextActive = call.PreviousActive = null;
        }
    }

    /// <summary>Lets no more calls in and disposes those that run. False if that was done before.</summary>
    public bool Close()
    {
        var running = new List<ClientCall>();
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _isClosed = true;
            for (var call = _first; call is not null; call = call.NextActive)
            {
                running.Add(call);
            }
        }

        // Outside the lock: each call removes itself.
        running.ForEach(call => call.Dispose());
        return true;
    }
}

namespace Orleans.Runtime;

/// <summary>The calls that a runtime waits for: in stripes of linked lists, so that entering and leaving costs little.</summary>
internal sealed class PendingCalls
{
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, 16).Select(_ => new Stripe())];

    public void Add(GrainCall call)
    {
        var index = Environment.CurrentManagedThreadId & (_stripes.Length - 1);
        var stripe = _stripes[index];
        lock (stripe)
        {
            call.PendingStripe = index;
            call.PreviousPending = null;
            call.NextPending = stripe.First;
            if (stripe.First is { } first)
            {
                first.PreviousPending = call;
            }

            stripe.First = call;
        }
    }

    public void Remove(GrainCall call)
    {
        var stripe = _stripes[call.PendingStripe];
        lock (stripe)
        {
            if (call.PreviousPending is { } previous)
            {
                previous.NextPending = call.NextPending;
            }
            else
            {
                stripe.First = call.NextPending;
            }

            if (call.NextPending is { } next)
            {
                next.PreviousPending = call.PreviousPending;
            }

            call.PreviousPending = call.NextPending = null;
            call.PendingStripe = -1;
        }
    }

    /// <summary>Fails the calls that match.</summary>
    public void Fail(Func<GrainCall, bool> matches, Func<GrainCall, Exception> error, bool signalCallee)
    {
        foreach (var (call, state) in Matching(matches))
        {
            // Before the failure, which may let the call be used anew.
            var exception = error(call);
            if (signalCallee && call.State == state)
            {
                call.SignalCallee();
            }

            call.Fail(exception, state);
        }
    }

    private List<(GrainCall Call, long State)> Matching(Func<GrainCall, bool> matches)
    {
        var found = new List<(GrainCall, long)>();
        foreach (var stripe in _stripes)
        {
            lock (stripe)
            {
                for (var call = stripe.First; call is not null; call = call.NextPending)
                {
                    var state = call.State;
                    if ((state & 1) == 0 && matches(call))
                    {
                        found.Add((call, state));
                    }
                }
            }
        }

        return found;
    }

    private sealed class Stripe
    {
        public GrainCall? First { get; set; }
    }
}

namespace Personalization.Client;

/// <summary>
/// How unary calls are tried again. Every call of the engine may be repeated safely: events and outcomes carry their own
/// ids, and a request for an intervention that has no request id is given one, so that its repetition gets the same answer. The one exception is a RollbackModel that does not
/// name the version to leave: repeated, it may go back one further.
/// </summary>
/// <remarks>
/// RESOURCE_EXHAUSTED is tried again after the delay that the server names in its RetryInfo, and not at all when it names
/// none. UNAVAILABLE is tried again after an exponential back-off with full jitter. Anything else is final.
/// </remarks>
public sealed class RetryOptions
{
    /// <summary>How often a call is made at most, the first time included: 1 to 20. 5.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The ceiling of the first back-off; each further one is twice as high. Greater than zero. 50 ms.</summary>
    public TimeSpan InitialBackoff { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>No delay is longer, not even one that the server names. Not less than <see cref="InitialBackoff"/>. 5 seconds.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(5);

    internal void Validate()
    {
        if (MaxAttempts is < 1 or > 20)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxAttempts), MaxAttempts, "MaxAttempts must be 1 to 20.");
        }

        if (InitialBackoff <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(InitialBackoff), InitialBackoff, "InitialBackoff must be greater than zero.");
        }

        if (MaxBackoff < InitialBackoff)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxBackoff), MaxBackoff, "MaxBackoff must not be less than InitialBackoff.");
        }
    }

    /// <summary>How long to wait before trying again; null when the failure is final.</summary>
    internal TimeSpan? DelayAfter(Grpc.Core.RpcException failure, int attempt, double jitter)
    {
        if (attempt >= MaxAttempts)
        {
            return null;
        }

        switch (failure.StatusCode)
        {
            case Grpc.Core.StatusCode.ResourceExhausted:
                var named = failure.GetRetryDelay();
                return named > MaxBackoff ? MaxBackoff : named;
            case Grpc.Core.StatusCode.Unavailable:
                var ceiling = Math.Min(MaxBackoff.TotalMilliseconds, InitialBackoff.TotalMilliseconds * Math.Pow(2, attempt - 1));
                return TimeSpan.FromMilliseconds(ceiling * jitter);
            default:
                return null;
        }
    }
}

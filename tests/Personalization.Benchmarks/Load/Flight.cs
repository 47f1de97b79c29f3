using Personalization.LoadTest.Measuring;

namespace Personalization.Benchmarks.Load;

/// <summary>Calls that are under way on a schedule.</summary>
internal sealed class Flight(Call call, Deadline clock, LatencyHistogram latency)
{
    private int _underWay;
    private long _failures;

    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Starts a call on whichever thread is free first.</summary>
    /// <param name="rng">The call's.</param>
    /// <param name="due">When it should start, by the clock: now or a little ago.</param>
    public void Launch(Rng rng, TimeSpan due)
    {
        Interlocked.Increment(ref _underWay);
        ThreadPool.UnsafeQueueUserWorkItem(static launch => _ = launch.Flight.RunAsync(launch.Rng, launch.Due), (Flight: this, Rng: rng, Due: due), preferLocal: false);
    }

    private async Task RunAsync(Rng rng, TimeSpan due)
    {
        try
        {
            await call(rng);
            latency.Record(clock.Elapsed - due);
        }
        catch (Exception failure) when (failure is Grpc.Core.RpcException or RefusedCallException)
        {
            Interlocked.Increment(ref _failures);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    public async Task WhenLandedAsync()
    {
        while (Volatile.Read(ref _underWay) > 0)
        {
            await Task.Delay(5);
        }
    }
}

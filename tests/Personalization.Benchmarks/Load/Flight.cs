using Personalization.LoadTest.Measuring;

namespace Personalization.Benchmarks.Load;

/// <summary>Calls that are under way on a schedule.</summary>
internal sealed class Flight
{
    private int _underWay;
    private long _failures;

    public long Failures => Volatile.Read(ref _failures);

    public async Task RunAsync(Call call, Rng rng, TimeSpan due, Deadline clock, LatencyHistogram latency)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            await call(rng);
            latency.Record(clock.Elapsed - due);
        }
        catch (Grpc.Core.RpcException)
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

using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Shoppers;

namespace Personalization.LoadTest.Driving;

/// <summary>Lets shoppers visit: as fast as the engine answers (closed loop), or on a schedule that does not wait for it (open loop).</summary>
internal sealed class LoadDriver(World world, int seed, TimeProvider time)
{
    private const int MaxUnderWay = 2000;
    private readonly Rng _rng = Rng.For(seed, "arrivals");
    private int _underWay;

    /// <summary>
    /// Visits one after the other in each of some lanes, without a pause.
    /// </summary>
    public async Task RunClosedAsync(int lanes, CancellationToken cancellationToken) =>
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(lane => Task.Run(
            () => RunLaneAsync(Rng.For(seed, "lane", lane), cancellationToken), CancellationToken.None)));

    /// <summary>
    /// Visits come as in a Poisson process, so many that about <paramref name="eventsPerSecond"/> events are acknowledged. What
    /// the engine cannot keep up with piles up and is seen in the latencies; beyond 2,000 visits under way, new ones are
    /// dropped and counted.
    /// </summary>
    public async Task RunOpenAsync(double eventsPerSecond, CancellationToken cancellationToken)
    {
        var due = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            var gap = _rng.Exponential() * EventsPerVisit() / eventsPerSecond;
            due += (long)(gap * time.TimestampFrequency);
            var wait = time.GetElapsedTime(time.GetTimestamp(), due);
            if (wait > TimeSpan.FromMilliseconds(1))
            {
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            StartVisit(cancellationToken);
        }

        while (Volatile.Read(ref _underWay) > 0)
        {
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private void StartVisit(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _underWay) >= MaxUnderWay || cancellationToken.IsCancellationRequested)
        {
            world.Record.VisitDropped();
            return;
        }

        var shopper = NextShopper(_rng);
        Interlocked.Increment(ref _underWay);
        _ = Task.Run(
            async () =>
            {
                await VisitAsync(shopper, cancellationToken);
                Interlocked.Decrement(ref _underWay);
            },
            CancellationToken.None);
    }

    private double EventsPerVisit()
    {
        var record = world.Record;
        return record.Visits < 50 ? 5 : Math.Max(0.5, record.EventsAcknowledged / (double)record.Visits);
    }

    private async Task RunLaneAsync(Rng rng, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await VisitAsync(NextShopper(rng), cancellationToken);
        }
    }

    private async Task VisitAsync(SimulatedShopper shopper, CancellationToken cancellationToken)
    {
        try
        {
            await new Visit(world, shopper).RunAsync(cancellationToken);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is OperationCanceledException or Grpc.Core.RpcException)
        {
            // The run is over; what the visit had under way does not matter any more.
        }
        catch (Exception e)
        {
            world.Record.Failed("visit", e);
        }
        finally
        {
            shopper.End();
        }
    }

    /// <summary>Some shoppers come more often than others; nobody makes two visits at a time.</summary>
    private SimulatedShopper NextShopper(Rng rng)
    {
        while (true)
        {
            var shopper = world.Shoppers[(int)(world.Shoppers.Length * Math.Pow(rng.NextDouble(), 1.5))];
            if (shopper.TryBegin())
            {
                return shopper;
            }
        }
    }
}

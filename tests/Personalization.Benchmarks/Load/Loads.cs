using Personalization.LoadTest.Measuring;

namespace Personalization.Benchmarks.Load;

/// <summary>Makes one call. Each caller gets a source of chance of its own.</summary>
/// <param name="rng">The caller's.</param>
internal delegate Task Call(Rng rng);

/// <summary>Puts load on something and measures it.</summary>
internal static class Loads
{
    // As long as the shortest sleep can take.
    private static readonly TimeSpan s_sleep = TimeSpan.FromMilliseconds(2);

    /// <summary>Each of some callers makes one call after the other: how much can it take?</summary>
    public static async Task<Measurement> ClosedAsync(Call call, int callers, TimeSpan length, int seed)
    {
        var until = new Deadline(length);
        var process = System.Diagnostics.Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(n => Task.Run(() => LaneAsync(call, Rng.For(seed, "caller", n), until))));
        var elapsed = until.Elapsed;
        process.Refresh();
        return new Measurement(counts.Sum(c => c.Calls), counts.Sum(c => c.Failures), elapsed, process.TotalProcessorTime - cpu);
    }

    /// <summary>
    /// Calls start on a schedule that does not wait for answers: how long does one take at this rate? A call's time runs from
    /// when it should have started, so that a stall counts for every call it delays.
    /// </summary>
    /// <remarks>The trap it avoids: Tene, How NOT to Measure Latency ("coordinated omission").</remarks>
    public static async Task<(Measurement Load, LatencyHistogram Latency)> OpenAsync(Call call, double perSecond, TimeSpan length, int seed)
    {
        var (latency, until, rng) = (new LatencyHistogram(), new Deadline(length), Rng.For(seed, "open"));
        var process = System.Diagnostics.Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var flight = new Flight(call, until, latency);
        await Task.Factory.StartNew(
            () => Pace(flight, perSecond, until, length, rng), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await flight.WhenLandedAsync();
        process.Refresh();
        return (new Measurement(latency.Count, flight.Failures, until.Elapsed, process.TotalProcessorTime - cpu), latency);
    }

    /// <summary>
    /// Has calls start when they are due. It does nothing else, on a thread of its own: making a call costs more than there
    /// is time for between two, and a timer is late by more than a call takes.
    /// </summary>
    private static void Pace(Flight flight, double perSecond, Deadline clock, TimeSpan length, Rng rng)
    {
        for (var due = TimeSpan.Zero; due < length; due += TimeSpan.FromSeconds(rng.Exponential() / perSecond))
        {
            while (due - clock.Elapsed is var early && early > TimeSpan.Zero)
            {
                if (early > s_sleep)
                {
                    Thread.Sleep(1);
                }
                else
                {
                    Thread.Yield();
                }
            }

            flight.Launch(new Rng(rng.NextBits()), due);
        }
    }

    private static async Task<(long Calls, long Failures)> LaneAsync(Call call, Rng rng, Deadline until)
    {
        long calls = 0, failures = 0;
        while (!until.Over)
        {
            try
            {
                await call(rng);
                calls++;
            }
            catch (Exception failure) when (failure is Grpc.Core.RpcException or RefusedCallException)
            {
                failures++;
            }
        }

        return (calls, failures);
    }
}

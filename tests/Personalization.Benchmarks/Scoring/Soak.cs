using System.Diagnostics;
using System.Globalization;
using Personalization.Benchmarks.Benches;
using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Reporting;

namespace Personalization.Benchmarks.Scoring;

/// <summary>
/// Puts four fifths of the most that a batcher takes on it for a long while, and looks whether memory grows: the median of
/// the last third of the samples beside that of the first, so that no single sample decides.
/// </summary>
internal sealed class Soak(IModelLoad load, TimeSpan length, BenchOptions options)
{
    private const int Samples = 30;
    private const double Share = 0.8;
    // What a heap may differ by without growing: buffers that are kept, pages that were given back late.
    private const double Play = 0.05;
    private const double PlayMiB = 8;

    /// <summary>Puts it on and looks.</summary>
    /// <exception cref="BenchFailedException">Memory grew.</exception>
    public async Task RunAsync(Action<Figure> report)
    {
        var taken = await new SaturatedLoad(load, load.SaturatingCallers).RunAsync(length / 60);
        var most = Math.Min(ScheduledLoad.MostPerSecond, taken.PerSecond);
        var (samples, next) = (new List<MemorySample>(), 0);
        Call call = async _ => await load.ComputeAsync(Interlocked.Increment(ref next));
        // The first turn only warms: what is kept for the load at hand is kept from then on.
        for (var turn = 0; turn <= Samples; turn++)
        {
            await Loads.OpenAsync(call, most * Share, length / (Samples + 1), options.Seed + turn);
            if (turn > 0)
            {
                samples.Add(MemorySample.Take());
            }
        }

        Grown[] all =
        [
            Growth("managed", samples, static each => each.ManagedMiB),
            Growth("native", samples, static each => each.NativeMiB),
            Growth("working_set", samples, static each => each.WorkingSetMiB),
        ];
        Array.ForEach(all, grown => report(Of(grown, most)));
        if (Array.Find(all, static grown => grown.IsTooMuch) is { Name: not null } bad)
        {
            throw new BenchFailedException($"{bad.Name} memory grew from {bad.First:0.0} to {bad.Last:0.0} MiB.");
        }
    }

    private static Grown Growth(string name, List<MemorySample> samples, Func<MemorySample, double> of)
    {
        var third = samples.Count / 3;
        return new Grown(name, Median(samples.Take(third).Select(of)), Median(samples.TakeLast(third).Select(of)), Series(samples.Select(of)));
    }

    private static double Median(IEnumerable<double> values)
    {
        var all = values.Order().ToArray();
        return all[all.Length / 2];
    }

    // In the order of time, so that one sees whether growth ends.
    private static string Series(IEnumerable<double> samples) =>
        string.Join(' ', samples.Select(static each => each.ToString("0.0", CultureInfo.InvariantCulture)));

    private Figure Of(Grown grown, double most) => new()
    {
        Bench = "scoring",
        Case = $"{options.Model} soak_{grown.Name}",
        Value = Math.Round(grown.Last, 1),
        Unit = "MiB",
        Floor = "the first third",
        FloorValue = Math.Round(grown.First, 1),
        Ratio = Math.Round(grown.Last / grown.First, 4),
        Seconds = length.TotalSeconds,
        Rate = Math.Round(most * Share, 1),
        Note = $"{load.Version}; the last third; after a full collection; all samples: {grown.Series}",
        PackageMode = Build.PackageMode,
    };

    private readonly record struct Grown(string Name, double First, double Last, string Series)
    {
        public bool IsTooMuch => Last - First > Math.Max(PlayMiB, Play * First);
    }

    /// <summary>What the process holds, in MiB.</summary>
    /// <param name="ManagedMiB">Objects that live.</param>
    /// <param name="NativeMiB">The working set without the managed heap: the runtime, ONNX Runtime and the models.</param>
    /// <param name="WorkingSetMiB">The working set.</param>
    private readonly record struct MemorySample(double ManagedMiB, double NativeMiB, double WorkingSetMiB)
    {
        private const double MiB = 1048576;

        public static MemorySample Take()
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            var process = Process.GetCurrentProcess();
            process.Refresh();
            var (living, committed) = (GC.GetTotalMemory(forceFullCollection: false), GC.GetGCMemoryInfo().TotalCommittedBytes);
            return new MemorySample(living / MiB, (process.WorkingSet64 - committed) / MiB, process.WorkingSet64 / MiB);
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using Personalization.Benchmarks.Benches;
using Personalization.Benchmarks.Recommending;

namespace Personalization.Benchmarks.Load;

/// <summary>
/// Callers in a process of their own, so that what this one takes is the server's alone. It warms up, says that it is ready, and
/// begins when it is told to.
/// </summary>
internal static class CallerProcess
{
    /// <summary>The first argument of such a process.</summary>
    public const string Argument = "--as-callers";

    private const string Ready = "ready";

    /// <summary>Puts load on a server in this process.</summary>
    /// <param name="what">Which calls.</param>
    /// <param name="address">Where the server listens.</param>
    /// <param name="options">Callers, users, seed and length.</param>
    public static async Task<ServerCost> MeasureAsync(CallKind what, string address, BenchOptions options)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            // The callers need little memory, and are not to take processors for collecting it.
            Environment = { ["DOTNET_gcServer"] = "0" },
            ArgumentList =
            {
                typeof(CallerProcess).Assembly.Location, Argument, what.ToString(), address, Text(options.Callers), Text(options.Users),
                Text(options.Seed), Text(options.Length.TotalSeconds),
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new BenchFailedException("The callers' process could not be started.");
        await ReadAsync(process, Ready);
        var (allocated, cpu) = (GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime);
        await process.StandardInput.WriteLineAsync("go");
        var calls = long.Parse(await ReadAsync(process, null), CultureInfo.InvariantCulture);
        var cost = new ServerCost(
            calls, (GC.GetTotalAllocatedBytes() - allocated) / (double)calls, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / calls);
        await process.WaitForExitAsync();
        return cost;
    }

    /// <summary>What such a process does.</summary>
    /// <param name="args">As <see cref="MeasureAsync"/> gives them.</param>
    public static async Task RunAsync(string[] args)
    {
        var (what, address) = (Enum.Parse<CallKind>(args[1]), args[2]);
        var (callers, users, seed) = (Number(args[3]), new Zipf(Number(args[4]), "user-"), Number(args[5]));
        var length = TimeSpan.FromSeconds(double.Parse(args[6], CultureInfo.InvariantCulture));
        using var slates = new SlateCalls(address);
        using var echo = EchoCall.To(address, users, out var echoing);
        var call = what switch
        {
            CallKind.Grain => echoing,
            CallKind.Slate => slates.Usual(users),
            _ => slates.Anew(users),
        };
        await Loads.ClosedAsync(call, callers, length / 2, seed);
        Console.WriteLine(Ready);
        Console.ReadLine();
        var measured = await Loads.ClosedAsync(call, callers, length, seed + 1);
        Console.WriteLine(Text(measured.Calls));
    }

    private static async Task<string> ReadAsync(Process process, string? wanted)
    {
        var line = await process.StandardOutput.ReadLineAsync();
        return line is not null && (wanted is null || line == wanted)
            ? line
            : throw new BenchFailedException($"The callers' process said '{line}'.");
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}

/// <summary>Which calls callers make.</summary>
internal enum CallKind
{
    /// <summary>One call of a trivial grain.</summary>
    Grain,

    /// <summary>A slate, as shoppers ask for them.</summary>
    Slate,

    /// <summary>A slate whose candidates are looked for anew.</summary>
    SlateAnew,
}

/// <summary>What calls cost the server's process, its own background work included.</summary>
/// <param name="Calls">How many were answered.</param>
/// <param name="Bytes">Bytes allocated a call.</param>
/// <param name="CpuMicros">Processor time a call, in microseconds.</param>
internal sealed record ServerCost(long Calls, double Bytes, double CpuMicros);

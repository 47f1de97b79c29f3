using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Reporting;

namespace Personalization.Benchmarks.Benches;

/// <summary>A gRPC call that asks a user's trivial grain, held against one that does nothing.</summary>
internal sealed class GrainBenchmark : IBenchmark
{
    public string About => "gRPC and one call of a user's trivial grain, beside the bare call";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        var users = new Zipf(options.Users, "user-");
        await using var grain = await EchoCall.GrainAsync(users);
        await using var echo = await EchoCall.BareAsync(users);
        await CallComparison.RunAsync("grain", grain.Call, "echo", echo.Call, options, report);
    }
}

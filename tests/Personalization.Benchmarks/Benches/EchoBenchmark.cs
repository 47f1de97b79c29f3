using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Reporting;

namespace Personalization.Benchmarks.Benches;

/// <summary>A gRPC call that does nothing.</summary>
internal sealed class EchoBenchmark : IBenchmark
{
    public string About => "a bare gRPC call: what gRPC itself costs";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        await using var echo = await EchoCall.BareAsync(new Zipf(options.Users, "user-"));
        await CallComparison.RunAsync("echo", echo.Call, null, null, options, report);
    }
}

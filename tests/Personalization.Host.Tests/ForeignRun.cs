using Personalization.Conformance.Grpc.Foreign;

namespace Personalization.Host.Tests;

/// <summary>A foreign script that has run all its cases in order with an engine of its own: the tests of its class share it.</summary>
public abstract class ForeignRun : IAsyncLifetime
{
    private readonly string _script;
    private readonly Func<HostProcess, string[]> _arguments;

    private protected ForeignRun(string script, Func<HostProcess, string[]> arguments)
    {
        _script = script;
        _arguments = arguments;
    }

    internal ForeignCases Cases { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        using var data = new TemporaryFolder();
        await using var host = await HostProcess.StartAsync(data.Path);
        Cases = await ForeignCases.RunAsync(_script, _arguments(host));
    }

    public Task DisposeAsync() => Task.CompletedTask;
}

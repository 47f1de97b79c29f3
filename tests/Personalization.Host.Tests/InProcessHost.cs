using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Ingestion;

namespace Personalization.Host.Tests;

/// <summary>The engine as its executable composes it, in this process: a test can look at its log, its grains and what it says.</summary>
internal sealed class InProcessHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InProcessHost(WebApplication app, LoudLog loud)
    {
        _app = app;
        Loud = loud;
        var (grpc, http) = EngineHost.Addresses(app);
        Channel = GrpcChannel.ForAddress(grpc);
        Http = new HttpClient { BaseAddress = new Uri(http) };
    }

    public GrpcChannel Channel { get; }

    public HttpClient Http { get; }

    /// <summary>What was logged as a warning or worse.</summary>
    public LoudLog Loud { get; }

    public IEventLog Log => _app.Services.GetRequiredService<IEventLog>();

    public static async Task<InProcessHost> StartAsync(string data, params string[] more)
    {
        var loud = new LoudLog();
        var app = EngineHost.Build(
            ["--grpc-port", "0", "--http-port", "0", "--data", data, .. more],
            builder => builder.Logging.ClearProviders().AddProvider(loud));
        await app.StartAsync();
        return new InProcessHost(app, loud);
    }

    /// <summary>How far each partition is.</summary>
    public Task<PartitionProgress[]> GetProgressAsync()
    {
        var grains = _app.Services.GetRequiredService<IGrainFactory>();
        return Task.WhenAll(
            Enumerable.Range(0, Log.PartitionCount).Select(p => grains.GetGrain<IIngestionPartitionGrain>(p).GetProgress()));
    }

    /// <summary>Stops it as SIGTERM does.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Http.Dispose();
        await _app.DisposeAsync();
    }
}

using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.Configuration;

namespace Personalization.Benchmarks.Floors;

/// <summary>A server that does the least: gRPC alone, gRPC and one call of a trivial grain, or gRPC and a slate that is there already.</summary>
internal sealed class FloorServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FloorServer(WebApplication app) => _app = app;

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>gRPC alone.</summary>
    public static Task<FloorServer> StartEchoAsync() => StartAsync<BareEchoService>(_ => { });

    /// <summary>gRPC, then a grain.</summary>
    public static Task<FloorServer> StartGrainAsync() => StartAsync<GrainEchoService>(builder => builder.Host.UseOrleans(silo =>
        silo.UseLocalhostClustering(FreePort(), FreePort(), serviceId: "floor", clusterId: "floor")));

    /// <summary>gRPC alone, with a slate for an answer.</summary>
    public static Task<FloorServer> StartSlateAsync(Personalization.V1.RecommendResponse slate) =>
        StartAsync<FixedSlateService>(builder => builder.Services.AddSingleton(slate));

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static async Task<FloorServer> StartAsync<TService>(Action<WebApplicationBuilder> configure)
        where TService : class
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        configure(builder);
        var app = builder.Build();
        app.MapGrpcService<TService>();
        await app.StartAsync();
        return new FloorServer(app);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}

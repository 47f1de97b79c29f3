using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.Configuration;
using Personalization.Domain.Ingestion;
using Personalization.Storage.Sqlite;
using Personalization.V1;

namespace Personalization.Benchmarks.Floors;

/// <summary>
/// A server that does the least: gRPC alone, gRPC and one call of a trivial grain, gRPC and a slate that is there already, or all three
/// and a record of it in a log.
/// </summary>
internal sealed class FloorServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DirectoryInfo? _data;

    private FloorServer(WebApplication app, DirectoryInfo? data) => (_app, _data) = (app, data);

    /// <summary>Reaches its grains, if it has any.</summary>
    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>gRPC alone.</summary>
    public static Task<FloorServer> StartEchoAsync() => StartAsync<BareEchoService>(_ => { });

    /// <summary>gRPC, then a grain.</summary>
    public static Task<FloorServer> StartGrainAsync() => StartAsync<GrainEchoService>(builder => builder.Host.UseOrleans(silo =>
        silo.UseLocalhostClustering(FreePort(), FreePort(), serviceId: "floor", clusterId: "floor")));

    /// <summary>gRPC alone, with a slate for an answer.</summary>
    public static Task<FloorServer> StartSlateAsync(RecommendResponse slate) =>
        StartAsync<FixedSlateService>(builder => builder.Services.AddSingleton(slate));

    /// <summary>gRPC, then a grain, with a slate for an answer that a log in a temporary folder remembers.</summary>
    /// <param name="slate">The slate.</param>
    /// <param name="record">What the log holds of it.</param>
    /// <param name="grains">Reaches the grains of a server that is up.</param>
    /// <param name="users">Whose keys the log has already.</param>
    public static async Task<FloorServer> StartRecordedSlateAsync(
        RecommendResponse slate, ReadOnlyMemory<byte> record, IGrainFactory grains, IReadOnlyList<string> users)
    {
        var data = Directory.CreateTempSubdirectory("personalization-floor-");
        var server = await StartAsync<RecordedSlateService>(
            builder => builder.Services
                .AddSingleton(slate)
                .AddSingleton(grains)
                .AddSingleton(new RecordBody(record))
                .AddSqliteStorage(options => options.Path = Path.Combine(data.FullName, "floor.db")),
            data);
        var log = server._app.Services.GetRequiredService<IEventLog>();
        foreach (var some in users.Chunk(1000))
        {
            await log.AppendAsync([.. some.Select(user => new LogEntry(UserKey.Known(user), "first", UInt128.One, record))], default);
        }

        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _data?.Delete(recursive: true);
    }

    private static async Task<FloorServer> StartAsync<TService>(Action<WebApplicationBuilder> configure, DirectoryInfo? data = null)
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
        return new FloorServer(app, data);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}

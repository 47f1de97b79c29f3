using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Hosting;

/// <summary>A server on a free port of its own, with a channel to it.</summary>
public sealed class EchoServer : IAsyncDisposable
{
    private EchoServer(WebApplication app)
    {
        App = app;
        Address = new Uri(app.Urls.First());
        Http1Address = new Uri(app.Urls.Last());
        Channel = GrpcChannel.ForAddress(Address);
        Client = new Echo.EchoClient(Channel);
    }

    public WebApplication App { get; }

    /// <summary>Where HTTP/2 is spoken without TLS.</summary>
    public Uri Address { get; }

    /// <summary>Where HTTP/1.1 is spoken.</summary>
    public Uri Http1Address { get; }

    public GrpcChannel Channel { get; }

    public Echo.EchoClient Client { get; }

    public static async Task<EchoServer> StartAsync(
        Action<EchoBehaviour>? behaviour = null,
        Action<GrpcServiceOptions>? options = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        });
        var echo = new EchoBehaviour();
        behaviour?.Invoke(echo);
        builder.Services.AddSingleton(echo);
        builder.Services.AddGrpc(all => options?.Invoke(all));
        services?.Invoke(builder.Services);
        var app = builder.Build();
        if (map is null)
        {
            app.MapGrpcService<EchoService>();
        }
        else
        {
            map(app);
        }

        await app.StartAsync();
        return new EchoServer(app);
    }

    /// <summary>Another channel to the server; the caller disposes it.</summary>
    public GrpcChannel Connect(GrpcChannelOptions options) => GrpcChannel.ForAddress(Address, options);

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }
}

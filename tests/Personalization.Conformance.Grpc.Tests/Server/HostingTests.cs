using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Server;

/// <summary>Services among endpoints, services of the container and middleware.</summary>
public sealed class HostingTests
{
    [Fact]
    public async Task Service_NotRegistered_IsMadeAndDisposedPerCall()
    {
        var log = new CallLog();
        await using var server = await EchoServer.StartAsync(
            services: services => services.AddSingleton(log).AddScoped<Scoped>(),
            map: app => app.MapGrpcService<Tracked>());

        await server.Client.UnaryAsync(new Message());
        await server.Client.UnaryAsync(new Message());

        await log.Disposed(2);
        Assert.Equal(2, log.Services.Distinct().Count());
        Assert.Equal(2, log.Scopes.Distinct().Count());
    }

    [Fact]
    public async Task Service_Singleton_IsTheSameForAllCalls()
    {
        var log = new CallLog();
        await using var server = await EchoServer.StartAsync(
            services: services => services.AddSingleton(log).AddSingleton<Scoped>().AddSingleton<Tracked>(),
            map: app => app.MapGrpcService<Tracked>());

        await server.Client.UnaryAsync(new Message());
        await server.Client.UnaryAsync(new Message());

        Assert.Equal(2, log.Services.Count);
        Assert.Single(log.Services.Distinct());
        Assert.Equal(0, log.DisposedCount);
    }

    [Fact]
    public async Task Handler_ItsContext_KnowsTheRequest()
    {
        ServerCallContext? context = null;
        HttpContext? http = null;
        var (method, host, peer) = ("", "", "");
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, call) =>
        {
            context = call;
            http = call.GetHttpContext();
            (method, host, peer) = (call.Method, call.Host, call.Peer);
            call.UserState["key"] = "value";
            Assert.Equal("value", http.Items["key"]);
            Assert.Same(call, http.Features.Get<IServerCallContextFeature>()!.ServerCallContext);
            Assert.False(call.AuthContext.IsPeerAuthenticated);
            return Task.FromResult(request);
        });

        await server.Client.UnaryAsync(new Message());

        Assert.NotNull(http);
        Assert.Equal("/conformance.v1.Echo/Unary", method);
        Assert.Equal(server.Address.Authority, host);
        Assert.Matches("^ipv4:127\\.0\\.0\\.1:[0-9]+$", peer);
    }

    [Fact]
    public async Task Endpoints_OfAService_CarryItsMethodsAttributesAndConventions()
    {
        await using var server = await EchoServer.StartAsync(
            map: app => app.MapGrpcService<EchoService>().WithMetadata(new MarkerAttribute("convention")).Add(_ => { }));

        var endpoints = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        var unary = Assert.Single(endpoints, endpoint => endpoint.RoutePattern.RawText == "/conformance.v1.Echo/Unary");
        var metadata = unary.Metadata.GetRequiredMetadata<GrpcMethodMetadata>();
        Assert.Equal(typeof(EchoService), metadata.ServiceType);
        Assert.Equal(MethodType.Unary, metadata.Method.Type);
        Assert.Equal("conformance.v1.Echo", metadata.Method.ServiceName);
        Assert.Contains("method", unary.Metadata.OfType<MarkerAttribute>().Select(marker => marker.Name));
        Assert.Contains("convention", unary.Metadata.OfType<MarkerAttribute>().Select(marker => marker.Name));
        Assert.Equal(["POST"], unary.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods);
        Assert.Equal(5, endpoints.Count(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not null));
    }

    [Fact]
    public async Task Services_SideBySide_AreBothServed()
    {
        await using var server = await EchoServer.StartAsync(map: app =>
        {
            app.MapGrpcService<EchoService>();
            app.MapGrpcService<OtherService>();
            app.MapGet("/plain", () => "plain");
        });

        Assert.Equal("other", (await new Other.OtherClient(server.Channel).UnaryAsync(new Message())).Text);
        Assert.Equal("echo", (await server.Client.UnaryAsync(new Message { Text = "echo" })).Text);
        using var http = new HttpClient();
        Assert.Equal("plain", await http.GetStringAsync(new Uri(server.Http1Address, "plain")));
    }

    [Fact]
    public async Task Middleware_BeforeAService_SeesTheCallsOutcome()
    {
        string? status = null;
        var seen = new Signal();
        await using var server = await EchoServer.StartAsync(
            echo => echo.Unary = (_, _) => throw new RpcException(new Status(StatusCode.NotFound, "")),
            map: app =>
            {
                app.UseRouting();
                app.Use(async (context, next) =>
                {
                    await next(context);
                    status = context.Response.Headers["grpc-status"];
                    seen.Set();
                });
                app.MapGrpcService<EchoService>();
            });

        await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(new Message()).ResponseAsync);

        await seen.Happened;
        Assert.Equal("5", status);
    }

    [Fact]
    public async Task Request_OverHttp1_IsToldToUpgrade()
    {
        await using var server = await EchoServer.StartAsync();
        using var http = new HttpClient();
        using var content = new ByteArrayContent(RawHttp.Frame(new Message()));
        content.Headers.ContentType = new("application/grpc");

        using var response = await http.PostAsync(new Uri(server.Http1Address, "conformance.v1.Echo/Unary"), content);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpcfoo")]
    public async Task Request_NotGrpc_IsUnsupported(string contentType)
    {
        await using var server = await EchoServer.StartAsync();

        var response = await RawHttp.PostAsync(
            server.Address, "conformance.v1.Echo/Unary", RawHttp.Frame(new Message()), ("content-type", contentType));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.HttpStatus);
    }

    [Fact]
    public async Task Request_ToNothingAndNotGrpc_IsNotFound()
    {
        await using var server = await EchoServer.StartAsync();

        var response = await RawHttp.PostAsync(server.Address, "some/where", [], ("content-type", "application/json"));

        Assert.Equal(HttpStatusCode.NotFound, response.HttpStatus);
        Assert.Null(response.GrpcStatus);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 })]
    public async Task Request_CutOff_IsInternal(byte[] body)
    {
        await using var server = await EchoServer.StartAsync();

        Assert.Equal("13", (await RawHttp.PostAsync(server.Address, "conformance.v1.Echo/Unary", body)).GrpcStatus);
    }

    [Fact]
    public async Task Request_WithMoreThanOneMessageForAUnaryMethod_IsInternal()
    {
        await using var server = await EchoServer.StartAsync();
        byte[] two = [.. RawHttp.Frame(new Message()), .. RawHttp.Frame(new Message())];

        Assert.Equal("13", (await RawHttp.PostAsync(server.Address, "conformance.v1.Echo/Unary", two)).GrpcStatus);
    }

    [Fact]
    public async Task Stream_CutOffInAMessage_IsAnErrorAfterTheWholeOnes()
    {
        var read = 0;
        await using var server = await EchoServer.StartAsync(echo => echo.ClientStream = async (requests, _) =>
        {
            while (await requests.MoveNext())
            {
                read++;
            }

            return new Message();
        });
        byte[] body = [.. RawHttp.Frame(new Message { Number = 1 }), .. RawHttp.Frame(new Message { Number = 2 }), 0, 0];

        var response = await RawHttp.PostAsync(server.Address, "conformance.v1.Echo/ClientStream", body);

        Assert.Equal("13", response.GrpcStatus);
        Assert.Equal(2, read);
    }

    [Fact]
    public async Task Map_WithoutAddGrpc_SaysWhatIsMissing()
    {
        var builder = WebApplication.CreateSlimBuilder();
        await using var app = builder.Build();

        var error = Assert.Throws<InvalidOperationException>(() => app.MapGrpcService<EchoService>());

        Assert.Contains("AddGrpc", error.Message);
    }

    private sealed class CallLog
    {
        private readonly SemaphoreSlim _disposals = new(0);

        public List<object> Services { get; } = [];

        public List<object> Scopes { get; } = [];

        public int DisposedCount => _disposals.CurrentCount;

        public void AddDisposal() => _disposals.Release();

        public async Task Disposed(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Assert.True(await _disposals.WaitAsync(TimeSpan.FromSeconds(60)));
            }
        }
    }

    private sealed class Scoped;

    private sealed class Tracked(CallLog log, Scoped scoped) : Echo.EchoBase, IAsyncDisposable
    {
        public override Task<Message> Unary(Message request, ServerCallContext context)
        {
            log.Services.Add(this);
            log.Scopes.Add(scoped);
            return Task.FromResult(request);
        }

        public ValueTask DisposeAsync()
        {
            log.AddDisposal();
            return default;
        }
    }

    private sealed class OtherService : Other.OtherBase
    {
        public override Task<Message> Unary(Message request, ServerCallContext context) => Task.FromResult(new Message { Text = "other" });
    }
}

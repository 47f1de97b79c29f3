using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Client;

public sealed class ChannelTests
{
    [Fact]
    public async Task Handler_OfOnesOwn_IsUsedAndOutlivesTheChannel()
    {
        await using var server = await EchoServer.StartAsync();
        using var handler = new Counting();
        for (var i = 1; i <= 2; i++)
        {
            using var channel = server.Connect(new GrpcChannelOptions { HttpHandler = handler });
            await new Echo.EchoClient(channel).UnaryAsync(new Message());
            Assert.Equal(i, handler.Count);
        }

        Assert.False(handler.IsDisposed);
    }

    [Fact]
    public async Task Handler_GivenAway_IsDisposedWithTheChannel()
    {
        await using var server = await EchoServer.StartAsync();
        var handler = new Counting();

        server.Connect(new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true }).Dispose();

        Assert.True(handler.IsDisposed);
    }

    [Fact]
    public async Task Client_OfOnesOwn_IsUsed()
    {
        await using var server = await EchoServer.StartAsync();
        using var handler = new Counting();
        using var http = new HttpClient(handler);
        using var channel = server.Connect(new GrpcChannelOptions { HttpClient = http });
        using var call = new Echo.EchoClient(channel).ServerStream(new Message { Number = 3 });

        Assert.Equal(3, await call.ResponseStream.ReadAllAsync().CountAsync());
        Assert.Equal(1, handler.Count);
    }

    [Fact]
    public void ClientAndHandler_Both_AreRefused()
    {
        using var http = new HttpClient();
        var options = new GrpcChannelOptions { HttpClient = http, HttpHandler = new Counting() };

        Assert.Throws<ArgumentException>(() => GrpcChannel.ForAddress("http://localhost", options));
    }

    [Fact]
    public void Target_OfAnAddress_IsItsAuthority()
    {
        using var channel = GrpcChannel.ForAddress("https://example.org:8443");

        Assert.Equal("example.org:8443", channel.Target);
    }

    [Fact]
    public void Credentials_AtOddsWithTheScheme_AreRefused()
    {
        Assert.ThrowsAny<InvalidOperationException>(
            () => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { Credentials = ChannelCredentials.SecureSsl }));
        Assert.ThrowsAny<InvalidOperationException>(
            () => GrpcChannel.ForAddress("https://localhost", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure }));
    }

    [Fact]
    public void CallCredentials_OnAnInsecureChannel_AreRefused()
    {
        var call = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

        Assert.ThrowsAny<InvalidOperationException>(() => GrpcChannel.ForAddress(
            "http://localhost",
            new GrpcChannelOptions { Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, call) }));
    }

    [Fact]
    public async Task CallCredentials_OfACallInTheClear_StayHome()
    {
        Metadata? seen = null;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(request);
        });
        var credentials = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", "Bearer secret");
            return Task.CompletedTask;
        });

        await server.Client.UnaryAsync(new Message(), new CallOptions(credentials: credentials));

        Assert.Null(seen!.Get("authorization"));
    }

    [Fact]
    public async Task Interceptors_OfAChannel_RunFirstToLast()
    {
        await using var server = await EchoServer.StartAsync();
        var order = new List<string>();
        var client = new Echo.EchoClient(server.Channel.Intercept(new Recording("a", order), new Recording("b", order)));

        await client.UnaryAsync(new Message());
        using (var call = client.ServerStream(new Message { Number = 1 }))
        {
            await call.ResponseStream.ReadAllAsync().CountAsync();
        }

        using (var call = client.ClientStream())
        {
            await call.RequestStream.CompleteAsync();
            await call;
        }

        using (var call = client.Duplex())
        {
            await call.RequestStream.CompleteAsync();
            await call.ResponseStream.MoveNext();
        }

        await Task.Run(() => client.Unary(new Message()));
        Assert.Equal(
            [
                "a:AsyncUnary", "b:AsyncUnary",
                "a:ServerStreaming", "b:ServerStreaming",
                "a:ClientStreaming", "b:ClientStreaming",
                "a:DuplexStreaming", "b:DuplexStreaming",
                "a:BlockingUnary", "b:BlockingUnary",
            ],
            order);
    }

    [Fact]
    public async Task Interceptor_OfHeaders_AddsThem()
    {
        Metadata? seen = null;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(request);
        });
        var client = new Echo.EchoClient(server.Channel.Intercept(metadata =>
        {
            metadata.Add("x-added", "1");
            return metadata;
        }));

        await client.UnaryAsync(new Message());

        Assert.Equal("1", seen!.GetValue("x-added"));
    }

    [Fact]
    public async Task Interceptor_AroundAResponse_CanWrapTheCall()
    {
        await using var server = await EchoServer.StartAsync();
        var client = new Echo.EchoClient(server.Channel.Intercept(new Doubling()));
        using var call = client.UnaryAsync(new Message { Number = 21 });

        Assert.Equal(42, (await call).Number);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task TestDouble_WithoutAChannel_IsPossible()
    {
        var client = new Stub();

        Assert.Equal(5, (await client.UnaryAsync(new Message())).Number);
        Assert.Throws<NotImplementedException>(() => client.ServerStream(new Message()));
    }

    private sealed class Stub : Echo.EchoClient
    {
        public override AsyncUnaryCall<Message> UnaryAsync(
            Message request, Metadata? headers = null, DateTime? deadline = null, CancellationToken cancellationToken = default) =>
            new(
                Task.FromResult(new Message { Number = 5 }),
                Task.FromResult(new Metadata()),
                () => Status.DefaultSuccess,
                () => [],
                () => { });
    }

    private sealed class Counting : DelegatingHandler
    {
        public Counting() : base(new SocketsHttpHandler())
        {
        }

        public int Count { get; private set; }

        public bool IsDisposed { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return base.SendAsync(request, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }

    private sealed class Doubling : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var call = continuation(request, context);
            return new AsyncUnaryCall<TResponse>(
                DoubleAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
        }

        private static async Task<T> DoubleAsync<T>(Task<T> response)
        {
            var message = await response;
            (message as Message)!.Number *= 2;
            return message;
        }
    }

    private sealed class Recording(string name, List<string> order) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add(name + ":BlockingUnary");
            return continuation(request, context);
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add(name + ":AsyncUnary");
            return continuation(request, context);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add(name + ":ServerStreaming");
            return continuation(request, context);
        }

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add(name + ":ClientStreaming");
            return continuation(context);
        }

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add(name + ":DuplexStreaming");
            return continuation(context);
        }
    }
}

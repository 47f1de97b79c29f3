using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.DependencyInjection;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Server;

public sealed class InterceptorTests
{
    [Fact]
    public async Task Interceptors_OfServerAndService_RunInOrderAroundEveryKind()
    {
        var order = new List<string>();
        await using var server = await EchoServer.StartAsync(
            options: options =>
            {
                options.Interceptors.Add<Recording>("global1");
                options.Interceptors.Add<Recording>("global2");
            },
            services: services => services
                .AddSingleton(order)
                .AddGrpc()
                .AddServiceOptions<EchoService>(options => options.Interceptors.Add<Recording>("service")));

        await server.Client.UnaryAsync(new Message());
        using (var call = server.Client.ServerStream(new Message()))
        {
            await call.ResponseStream.MoveNext();
        }

        using (var call = server.Client.ClientStream())
        {
            await call.RequestStream.CompleteAsync();
            await call;
        }

        using (var call = server.Client.Duplex())
        {
            await call.RequestStream.CompleteAsync();
            await call.ResponseStream.MoveNext();
        }

        string[] kinds = ["unary", "server", "client", "duplex"];
        string[] names = ["global1", "global2", "service"];
        Assert.Equal(kinds.SelectMany(kind => names.Select(name => $"{name}:{kind}")), order);
    }

    [Fact]
    public async Task Interceptor_Registered_IsTakenFromTheContainer()
    {
        var shared = new Counting();
        await using var server = await EchoServer.StartAsync(
            options: options => options.Interceptors.Add<Counting>(), services: services => services.AddSingleton(shared));

        await server.Client.UnaryAsync(new Message());
        await server.Client.UnaryAsync(new Message());

        Assert.Equal(2, shared.Count);
    }

    [Fact]
    public async Task Interceptor_ThatThrows_DecidesTheOutcome()
    {
        var calls = 0;
        await using var server = await EchoServer.StartAsync(
            echo => echo.Unary = (request, _) =>
            {
                calls++;
                return Task.FromResult(request);
            },
            options => options.Interceptors.Add<Refusing>());

        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(new Message()).ResponseAsync);

        Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task Interceptor_CatchingAnException_CanTranslateIt()
    {
        await using var server = await EchoServer.StartAsync(
            echo => echo.Unary = (_, _) => throw new KeyNotFoundException(), options => options.Interceptors.Add<Translating>());

        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(new Message()).ResponseAsync);

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task Interceptor_NotOne_IsRefused() =>
        await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
        {
            await using var server = await EchoServer.StartAsync(options: options => options.Interceptors.Add(typeof(string)));
        });

    private sealed class Recording(List<string> order, string name) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            order.Add(name + ":unary");
            return continuation(request, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            order.Add(name + ":server");
            return continuation(request, responseStream, context);
        }

        public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            ServerCallContext context,
            ClientStreamingServerMethod<TRequest, TResponse> continuation)
        {
            order.Add(name + ":client");
            return continuation(requestStream, context);
        }

        public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
            IAsyncStreamReader<TRequest> requestStream,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            DuplexStreamingServerMethod<TRequest, TResponse> continuation)
        {
            order.Add(name + ":duplex");
            return continuation(requestStream, responseStream, context);
        }
    }

    private sealed class Counting : Interceptor
    {
        public int Count { get; private set; }

        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            Count++;
            return continuation(request, context);
        }
    }

    private sealed class Refusing : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            throw new RpcException(new Status(StatusCode.Unauthenticated, "who are you?"));
    }

    private sealed class Translating : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            try
            {
                return await continuation(request, context);
            }
            catch (KeyNotFoundException)
            {
                throw new RpcException(new Status(StatusCode.NotFound, "translated"));
            }
        }
    }
}

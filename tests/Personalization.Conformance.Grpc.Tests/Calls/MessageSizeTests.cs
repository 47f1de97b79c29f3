using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Calls;

public sealed class MessageSizeTests
{
    private static Message Large(int size) => new() { Payload = ByteString.CopyFrom(new byte[size]) };

    [Fact]
    public async Task Request_AboveTheServersDefault_IsRefused()
    {
        await using var server = await EchoServer.StartAsync();

        await AssertExhaustedAsync(() => server.Client.UnaryAsync(Large((4 * 1024 * 1024) + 1)).ResponseAsync);
    }

    [Fact]
    public async Task Request_AboveTheServersLimit_IsRefused()
    {
        await using var server = await EchoServer.StartAsync(options: options => options.MaxReceiveMessageSize = 1000);

        await AssertExhaustedAsync(() => server.Client.UnaryAsync(Large(1001)).ResponseAsync);
        Assert.Equal(900, (await server.Client.UnaryAsync(Large(900))).Payload.Length);
    }

    [Fact]
    public async Task Response_AboveTheServersLimit_IsRefused()
    {
        await using var server = await EchoServer.StartAsync(options: options => options.MaxSendMessageSize = 1000);

        await AssertExhaustedAsync(() => server.Client.UnaryAsync(Large(1001)).ResponseAsync);
        Assert.Equal(900, (await server.Client.UnaryAsync(Large(900))).Payload.Length);
    }

    [Fact]
    public async Task Request_AboveTheClientsLimit_IsNotSent()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.Connect(new GrpcChannelOptions { MaxSendMessageSize = 1000 });

        await AssertExhaustedAsync(() => new Echo.EchoClient(channel).UnaryAsync(Large(1001)).ResponseAsync);
    }

    [Fact]
    public async Task Response_AboveTheClientsLimit_IsRefused()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = server.Connect(new GrpcChannelOptions { MaxReceiveMessageSize = 1000 });

        await AssertExhaustedAsync(() => new Echo.EchoClient(channel).UnaryAsync(Large(1001)).ResponseAsync);
    }

    [Fact]
    public async Task Stream_MessageAboveTheLimit_EndsIt()
    {
        await using var server = await EchoServer.StartAsync(options: options => options.MaxReceiveMessageSize = 1000);
        using var call = server.Client.Duplex();
        await call.RequestStream.WriteAsync(Large(10));
        Assert.True(await call.ResponseStream.MoveNext());

        await call.RequestStream.WriteAsync(Large(1001));

        await AssertExhaustedAsync(() => call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Limit_OfOneService_GoesBeforeThatOfAll()
    {
        await using var server = await EchoServer.StartAsync(
            options: options => options.MaxReceiveMessageSize = 10,
            services: services => services.AddGrpc().AddServiceOptions<EchoService>(options => options.MaxReceiveMessageSize = 5000));

        Assert.Equal(4000, (await server.Client.UnaryAsync(Large(4000))).Payload.Length);
        await AssertExhaustedAsync(() => server.Client.UnaryAsync(Large(5001)).ResponseAsync);
    }

    [Fact]
    public async Task Limit_Null_IsNone()
    {
        await using var server = await EchoServer.StartAsync(options: options => options.MaxReceiveMessageSize = null);
        using var channel = server.Connect(new GrpcChannelOptions { MaxReceiveMessageSize = null });

        var reply = await new Echo.EchoClient(channel).UnaryAsync(Large(10 * 1024 * 1024));

        Assert.Equal(10 * 1024 * 1024, reply.Payload.Length);
    }

    private static async Task AssertExhaustedAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }
}

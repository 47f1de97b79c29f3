using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Calls;

public sealed class CancellationTests
{
    [Fact]
    public async Task Unary_TokenCancelled_IsCancelledOnBothSides()
    {
        var (started, cancelled) = (new Signal(), new Signal());
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = async (request, context) =>
        {
            using var registration = cancelled.SetWith(context.CancellationToken);
            started.Set();
            await cancelled.Happened;
            return request;
        });
        using var source = new CancellationTokenSource();
        using var call = server.Client.UnaryAsync(new Message(), cancellationToken: source.Token);
        await started.Happened;

        await source.CancelAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());
        await cancelled.Happened;
    }

    [Fact]
    public async Task Unary_TokenCancelledBefore_NeverReachesTheServer()
    {
        var calls = 0;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, _) =>
        {
            Interlocked.Increment(ref calls);
            return Task.FromResult(request);
        });

        var error = await Assert.ThrowsAsync<RpcException>(
            () => server.Client.UnaryAsync(new Message(), cancellationToken: new CancellationToken(true)).ResponseAsync);

        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task Unary_Disposed_IsCancelledOnBothSides()
    {
        var (started, cancelled) = (new Signal(), new Signal());
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = async (request, context) =>
        {
            using var registration = cancelled.SetWith(context.CancellationToken);
            started.Set();
            await cancelled.Happened;
            return request;
        });
        var call = server.Client.UnaryAsync(new Message());
        await started.Happened;

        call.Dispose();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await cancelled.Happened;
    }

    [Fact]
    public async Task ServerStream_Disposed_CancelsTheHandler()
    {
        var cancelled = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (request, responses, context) =>
        {
            using var registration = cancelled.SetWith(context.CancellationToken);
            await responses.WriteAsync(request);
            await cancelled.Happened;
        });
        var call = server.Client.ServerStream(new Message());
        Assert.True(await call.ResponseStream.MoveNext());

        call.Dispose();

        await cancelled.Happened;
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task ServerStream_ReadCancelled_CancelsTheCall()
    {
        var cancelled = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (request, responses, context) =>
        {
            using var registration = cancelled.SetWith(context.CancellationToken);
            await responses.WriteAsync(request);
            await cancelled.Happened;
        });
        using var call = server.Client.ServerStream(new Message());
        Assert.True(await call.ResponseStream.MoveNext());
        using var source = new CancellationTokenSource();
        var reading = call.ResponseStream.MoveNext(source.Token);

        await source.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => reading);
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await cancelled.Happened;
    }

    [Fact]
    public async Task Duplex_TokenCancelled_EndsReadsAndWrites()
    {
        var (started, cancelled) = (new Signal(), new Signal());
        await using var server = await EchoServer.StartAsync(echo => echo.Duplex = async (_, _, context) =>
        {
            using var registration = cancelled.SetWith(context.CancellationToken);
            started.Set();
            await cancelled.Happened;
        });
        using var source = new CancellationTokenSource();
        using var call = server.Client.Duplex(cancellationToken: source.Token);
        await started.Happened;
        var reading = call.ResponseStream.MoveNext();

        await source.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => reading)).StatusCode);
        var writing = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new Message()));
        Assert.Equal(StatusCode.Cancelled, writing.StatusCode);
        await cancelled.Happened;
    }

    [Fact]
    public async Task ClientStream_Cancelled_FailsTheHandlersRead()
    {
        Exception? thrown = null;
        var (started, ended) = (new Signal(), new Signal());
        await using var server = await EchoServer.StartAsync(echo => echo.ClientStream = async (requests, _) =>
        {
            await requests.MoveNext();
            started.Set();
            thrown = await Record.ExceptionAsync(() => requests.MoveNext());
            ended.Set();
            return new Message();
        });
        using var source = new CancellationTokenSource();
        using var call = server.Client.ClientStream(cancellationToken: source.Token);
        await call.RequestStream.WriteAsync(new Message());
        await started.Happened;

        await source.CancelAsync();
        await ended.Happened;

        Assert.NotNull(thrown);
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
    }

    [Fact]
    public async Task Server_AbortsTheRequest_IsAnErrorForTheCaller()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (request, responses, context) =>
        {
            await responses.WriteAsync(request);
            context.GetHttpContext().Abort();
        });
        using var call = server.Client.ServerStream(new Message());

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext())
            {
            }
        });

        Assert.Contains(error.StatusCode, new[] { StatusCode.Internal, StatusCode.Unavailable });
    }

    [Fact]
    public async Task Channel_ThrowingOperationCanceled_DoesSoForTokenAndDeadline()
    {
        var never = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = async (request, context) =>
        {
            using var registration = never.SetWith(context.CancellationToken);
            await never.Happened;
            return request;
        });
        using var channel = server.Connect(new GrpcChannelOptions { ThrowOperationCanceledOnCancellation = true });
        var client = new Echo.EchoClient(channel);
        using var source = new CancellationTokenSource();
        var call = client.UnaryAsync(new Message(), cancellationToken: source.Token);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.ResponseAsync);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.UnaryAsync(new Message(), deadline: DateTime.UtcNow.AddMilliseconds(50)).ResponseAsync);
    }

    [Fact]
    public async Task Channel_Disposed_CancelsItsCallsAndRefusesMore()
    {
        var (started, cancelled) = (new Signal(), new Signal());
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = async (request, context) =>
        {
            using var registration = cancelled.SetWith(context.CancellationToken);
            started.Set();
            await cancelled.Happened;
            return request;
        });
        var channel = server.Connect(new GrpcChannelOptions());
        var client = new Echo.EchoClient(channel);
        var call = client.UnaryAsync(new Message());
        await started.Happened;

        channel.Dispose();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await cancelled.Happened;
        Assert.Throws<ObjectDisposedException>(() => { _ = client.UnaryAsync(new Message()); });
    }
}

using Google.Protobuf;
using Grpc.Core;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Client;

/// <summary>Streams take one operation at a time and end once, on both sides.</summary>
public sealed class StreamUseTests
{
    [Fact]
    public async Task ClientRead_BeforeTheLastIsDone_IsRefused()
    {
        var release = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = (_, _, _) => release.Happened);
        using var call = server.Client.ServerStream(new Message());
        var first = call.ResponseStream.MoveNext();

        await Assert.ThrowsAsync<InvalidOperationException>(() => call.ResponseStream.MoveNext());

        release.Set();
        Assert.False(await first);
    }

    [Fact]
    public async Task ClientWrite_BeforeTheLastIsDone_IsRefused()
    {
        var release = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.ClientStream = async (requests, _) =>
        {
            await release.Happened;
            await requests.ReadAllAsync().CountAsync();
            return new Message();
        });
        using var call = server.Client.ClientStream();

        // More than the windows of connection and stream can hold while the server does not read.
        var large = new Message { Payload = ByteString.CopyFrom(new byte[3_000_000]) };
        var first = call.RequestStream.WriteAsync(large);

        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Message()));
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.CompleteAsync());

        release.Set();
        await first;
        await call.RequestStream.CompleteAsync();
        await call;
    }

    [Fact]
    public async Task ClientWrite_AfterCompletion_IsRefused()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.ClientStream();
        await call.RequestStream.CompleteAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new Message()));

        await call;
    }

    [Fact]
    public async Task ClientWrite_AfterTheServersError_SaysTheStatus()
    {
        await using var server = await EchoServer.StartAsync(echo =>
            echo.Duplex = (_, _, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "no")));
        using var call = server.Client.Duplex();
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());

        var error = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new Message()));

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
    }

    [Fact]
    public async Task ClientWrite_OfNothing_IsRefused()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Duplex();

        await Assert.ThrowsAsync<ArgumentNullException>(() => call.RequestStream.WriteAsync(null!));
    }

    [Fact]
    public async Task ServerWrite_BeforeTheLastIsDone_IsRefused()
    {
        Exception? thrown = null;
        var (checkedNow, reading) = (new Signal(), new Signal());
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (_, responses, _) =>
        {
            var large = new Message { Payload = ByteString.CopyFrom(new byte[3_000_000]) };
            var first = responses.WriteAsync(large);
            thrown = await Record.ExceptionAsync(() => responses.WriteAsync(new Message()));
            checkedNow.Set();
            await first;
        });
        using var call = server.Client.ServerStream(new Message());
        await checkedNow.Happened;

        Assert.True(await call.ResponseStream.MoveNext());
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.IsType<InvalidOperationException>(thrown);
    }

    [Fact]
    public async Task ServerWrite_AfterTheHandlersReturn_IsRefused()
    {
        IServerStreamWriter<Message>? kept = null;
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = (_, responses, _) =>
        {
            kept = responses;
            return Task.CompletedTask;
        });
        using var call = server.Client.ServerStream(new Message());
        Assert.False(await call.ResponseStream.MoveNext());

        await Assert.ThrowsAsync<InvalidOperationException>(() => kept!.WriteAsync(new Message()));
    }

    [Fact]
    public async Task ServerRead_AfterTheHandlersReturn_IsRefused()
    {
        IAsyncStreamReader<Message>? kept = null;
        await using var server = await EchoServer.StartAsync(echo => echo.ClientStream = (requests, _) =>
        {
            kept = requests;
            return Task.FromResult(new Message());
        });
        using var call = server.Client.ClientStream();
        await call;

        await Assert.ThrowsAsync<InvalidOperationException>(() => kept!.MoveNext());
    }

    [Fact]
    public async Task ServerWrite_ToACallerThatIsGone_Fails()
    {
        Exception? thrown = null;
        var (gone, ended) = (new Signal(), new Signal());
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (request, responses, context) =>
        {
            using var registration = gone.SetWith(context.CancellationToken);
            await responses.WriteAsync(request);
            await gone.Happened;
            thrown = await Record.ExceptionAsync(() => responses.WriteAsync(request));
            ended.Set();
        });
        var call = server.Client.ServerStream(new Message());
        Assert.True(await call.ResponseStream.MoveNext());
        call.Dispose();

        await ended.Happened;
        Assert.NotNull(thrown);
    }

    [Fact]
    public async Task FlowControl_ReaderThatWaits_HoldsTheWriterUp()
    {
        var written = 0;
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (request, responses, _) =>
        {
            for (; written < request.Number; written++)
            {
                await responses.WriteAsync(new Message { Payload = ByteString.CopyFrom(new byte[100_000]) });
            }
        });
        using var call = server.Client.ServerStream(new Message { Number = 400 });

        Assert.True(await call.ResponseStream.MoveNext());
        var early = Volatile.Read(ref written);
        var rest = await call.ResponseStream.ReadAllAsync().CountAsync();

        Assert.Equal(399, rest);
        Assert.InRange(early, 0, 399);
    }
}

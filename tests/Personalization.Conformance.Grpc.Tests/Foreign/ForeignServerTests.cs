using System.Diagnostics;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Foreign;

/// <summary>Our client against a foreign server.</summary>
public sealed class ForeignServerTests
{
    [Fact]
    public async Task CallKinds_OfTheForeignServer_AllWork()
    {
        await using var server = await ForeignServer.StartAsync();

        Assert.Equal("héllo", (await server.Client.UnaryAsync(new Message { Text = "héllo" })).Text);
        using var stream = server.Client.ServerStream(new Message { Number = 200 });
        Assert.Equal(200, await stream.ResponseStream.ReadAllAsync().CountAsync());
        using var sum = server.Client.ClientStream();
        for (var i = 1; i <= 100; i++)
        {
            await sum.RequestStream.WriteAsync(new Message { Number = i });
        }

        await sum.RequestStream.CompleteAsync();
        Assert.Equal(5050, (await sum).Number);
        using var duplex = server.Client.Duplex();
        for (var i = 0; i < 20; i++)
        {
            await duplex.RequestStream.WriteAsync(new Message { Number = i });
            Assert.True(await duplex.ResponseStream.MoveNext());
            Assert.Equal(i, duplex.ResponseStream.Current.Number);
        }

        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Deadline_AtTheForeignServer_EndsTheCall()
    {
        await using var server = await ForeignServer.StartAsync();
        await server.Client.UnaryAsync(new Message());

        var told = await server.Client.UnaryAsync(new Message { Text = "deadline?" }, deadline: DateTime.UtcNow.AddSeconds(60));
        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client
            .UnaryAsync(new Message { Text = "wait" }, deadline: DateTime.UtcNow.AddMilliseconds(400)).ResponseAsync);

        Assert.InRange(told.Number, 30, 61);
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await server.Client.UnaryAsync(new Message { Text = "cancelled?" }).ResponseAsync.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Cancellation_OfAStream_ReachesTheForeignServer()
    {
        await using var server = await ForeignServer.StartAsync();
        using var source = new CancellationTokenSource();
        using var call = server.Client.ServerStream(new Message { Text = "wait", Number = 1 }, cancellationToken: source.Token);
        Assert.True(await call.ResponseStream.MoveNext());

        await source.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        await server.Client.UnaryAsync(new Message { Text = "cancelled?" }).ResponseAsync.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Metadata_ThroughTheForeignServer_ComesBack()
    {
        await using var server = await ForeignServer.StartAsync();
        var sent = new Metadata { { "x-text", "some text" }, { "x-bytes-bin", [0, 1, 253, 254, 255] }, { "x-odd-bin", [7] } };
        using var call = server.Client.UnaryAsync(new Message { Text = "mirror" }, sent);

        await call;

        foreach (var mirrored in new[] { await call.ResponseHeadersAsync, call.GetTrailers() })
        {
            Assert.Equal("some text", mirrored.GetValue("x-text"));
            Assert.Equal([0, 1, 253, 254, 255], mirrored.GetValueBytes("x-bytes-bin")!);
            Assert.Equal([7], mirrored.GetValueBytes("x-odd-bin")!);
        }
    }

    [Fact]
    public async Task Errors_OfTheForeignServer_AreUnderstood()
    {
        await using var server = await ForeignServer.StartAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(new Message { Text = "fail" }).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Equal("Zürich: 100% wrong", error.Status.Detail);
        var details = Google.Rpc.Status.Parser.ParseFrom(error.Trailers.GetValueBytes("grpc-status-details-bin")).Details;
        Assert.Equal("page_size", details[0].Unpack<BadRequest>().FieldViolations[0].Field);
        Assert.Equal(2, details[1].Unpack<RetryInfo>().RetryDelay.Seconds);
        using var stream = server.Client.ServerStream(new Message { Text = "fail", Number = 3 });
        var late = await Assert.ThrowsAsync<RpcException>(async () => await stream.ResponseStream.ReadAllAsync().CountAsync());
        Assert.Equal(StatusCode.DataLoss, late.StatusCode);
        var missing = await Assert.ThrowsAsync<RpcException>(() => server.Client.MissingAsync(new Message()).ResponseAsync);
        Assert.Equal(StatusCode.Unimplemented, missing.StatusCode);
    }

    [Fact]
    public async Task Gzip_BothWays_IsUnderstoodByBoth()
    {
        await using var server = await ForeignServer.StartAsync("gzip");
        var text = new string('x', 50_000);

        var reply = await server.Client.UnaryAsync(
            new Message { Text = text }, new Metadata { { "grpc-internal-encoding-request", "gzip" } });
        var large = await server.Client.UnaryAsync(new Message { Text = "compress", Number = 50_000 });

        Assert.Equal(text, reply.Text);
        Assert.Equal(text, large.Text);
    }

    [Fact]
    public async Task Size_AboveALimit_IsExhausted()
    {
        await using var server = await ForeignServer.StartAsync();

        var response = await Assert.ThrowsAsync<RpcException>(
            () => server.Client.UnaryAsync(new Message { Text = "grow", Number = (4 * 1024 * 1024) + 1 }).ResponseAsync);
        var request = await Assert.ThrowsAsync<RpcException>(
            () => server.Client.UnaryAsync(new Message { Payload = ByteString.CopyFrom(new byte[(4 * 1024 * 1024) + 1]) }).ResponseAsync);

        Assert.Equal(StatusCode.ResourceExhausted, response.StatusCode);
        Assert.Equal(StatusCode.ResourceExhausted, request.StatusCode);
        Assert.Equal(3_000_000, (await server.Client.UnaryAsync(new Message { Text = "grow", Number = 3_000_000 })).Payload.Length);
    }

    private sealed class ForeignServer : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly GrpcChannel _channel;

        private ForeignServer(Process process, string port)
        {
            _process = process;
            _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{port}");
            Client = new Echo.EchoClient(_channel);
        }

        public Echo.EchoClient Client { get; }

        public static async Task<ForeignServer> StartAsync(params string[] arguments)
        {
            var process = await NodeInstallation.StartAsync("server.mjs", arguments);
            var port = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1));
            return port is null
                ? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync())
                : new ForeignServer(process, port);
        }

        public async ValueTask DisposeAsync()
        {
            _channel.Dispose();
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            _process.Dispose();
        }
    }
}

using Grpc.Core;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Calls;

public sealed class DeadlineTests
{
    private static DateTime Soon => DateTime.UtcNow.AddMilliseconds(700);

    [Fact]
    public async Task Unary_HandlerTooSlow_IsLateOnBothSides()
    {
        var cancelled = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = async (request, context) =>
        {
            using var registration = cancelled.SetWith(context.CancellationToken);
            await cancelled.Happened;
            return request;
        });
        await WarmUpAsync(server);
        using var call = server.Client.UnaryAsync(new Message(), deadline: Soon);

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        Assert.Equal(StatusCode.DeadlineExceeded, call.GetStatus().StatusCode);
        await cancelled.Happened;
    }

    [Fact]
    public async Task ServerStream_NeverEnding_IsLate()
    {
        var cancelled = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (request, responses, context) =>
        {
            using var registration = cancelled.SetWith(context.CancellationToken);
            await responses.WriteAsync(request);
            await cancelled.Happened;
        });
        await WarmUpAsync(server);
        using var call = server.Client.ServerStream(new Message(), deadline: Soon);

        Assert.True(await call.ResponseStream.MoveNext());
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await cancelled.Happened;
    }

    [Fact]
    public async Task Duplex_NeverEnding_IsLateForReaderAndWriter()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Duplex(deadline: Soon);

        var reading = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        var writing = await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new Message()));

        Assert.Equal(StatusCode.DeadlineExceeded, reading.StatusCode);
        Assert.Equal(StatusCode.DeadlineExceeded, writing.StatusCode);
    }

    [Fact]
    public async Task ServerAlone_HandlerTooSlow_AnswersLate()
    {
        var cancelled = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = async (request, context) =>
        {
            using var registration = cancelled.SetWith(context.CancellationToken);
            await cancelled.Happened;
            return request;
        });

        var response = await RawHttp.PostAsync(
            server.Address, "conformance.v1.Echo/Unary", RawHttp.Frame(new Message()), ("grpc-timeout", "100m"));

        Assert.Equal("4", response.GrpcStatus);
        await cancelled.Happened;
    }

    [Fact]
    public async Task Handler_WhoseTokenNobodyAskedFor_IsStillLateForTheCaller()
    {
        var release = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = async (request, _) =>
        {
            await release.Happened;
            return request;
        });

        var response = await RawHttp.PostAsync(
            server.Address, "conformance.v1.Echo/Unary", RawHttp.Frame(new Message()), ("grpc-timeout", "100m"));

        Assert.Equal("4", response.GrpcStatus);
        release.Set();
    }

    [Fact]
    public async Task Deadline_OfTheCaller_IsTheHandlers()
    {
        DateTime seen = default;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            seen = context.Deadline;
            return Task.FromResult(request);
        });
        var deadline = DateTime.UtcNow.AddMinutes(10);

        await server.Client.UnaryAsync(new Message(), deadline: deadline);

        Assert.InRange(seen, deadline.AddSeconds(-10), deadline.AddSeconds(20));
        Assert.Equal(DateTimeKind.Utc, seen.Kind);
    }

    [Theory]
    [InlineData("1H", 3600)]
    [InlineData("90M", 5400)]
    [InlineData("600S", 600)]
    [InlineData("900000m", 900)]
    [InlineData("99999999u", 99.999999)]
    public async Task Timeout_InAnyUnit_IsUnderstood(string header, double seconds)
    {
        DateTime seen = default;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            seen = context.Deadline;
            return Task.FromResult(request);
        });

        var response = await RawHttp.PostAsync(
            server.Address, "conformance.v1.Echo/Unary", RawHttp.Frame(new Message()), ("grpc-timeout", header));

        Assert.Equal("0", response.GrpcStatus);
        Assert.InRange((seen - DateTime.UtcNow).TotalSeconds, seconds - 20, seconds + 1);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("10")]
    [InlineData("-5S")]
    [InlineData("S")]
    public async Task Timeout_Malformed_IsIgnored(string header)
    {
        DateTime seen = default;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            seen = context.Deadline;
            return Task.FromResult(request);
        });

        var response = await RawHttp.PostAsync(
            server.Address, "conformance.v1.Echo/Unary", RawHttp.Frame(new Message()), ("grpc-timeout", header));

        Assert.Equal("0", response.GrpcStatus);
        Assert.Equal(DateTime.MaxValue, seen);
    }

    [Fact]
    public async Task Deadline_Absent_IsNever()
    {
        DateTime seen = default;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            seen = context.Deadline;
            return Task.FromResult(request);
        });

        await server.Client.UnaryAsync(new Message());

        Assert.Equal(DateTime.MaxValue, seen);
    }

    [Fact]
    public async Task Deadline_Past_NeverReachesTheServer()
    {
        var calls = 0;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, _) =>
        {
            Interlocked.Increment(ref calls);
            return Task.FromResult(request);
        });

        var error = await Assert.ThrowsAsync<RpcException>(
            () => server.Client.UnaryAsync(new Message(), deadline: DateTime.UtcNow.AddSeconds(-1)).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task Deadline_NotUtc_IsRefused()
    {
        await using var server = await EchoServer.StartAsync();

        Assert.Throws<InvalidOperationException>(
            () => { _ = server.Client.UnaryAsync(new Message(), deadline: DateTime.Now.AddHours(1)); });
    }

    [Fact]
    public async Task Deadline_FarAway_DoesNotHurt()
    {
        await using var server = await EchoServer.StartAsync();

        var reply = await server.Client.UnaryAsync(new Message { Number = 3 }, deadline: DateTime.UtcNow.AddYears(10));

        Assert.Equal(3, reply.Number);
    }

    /// <summary>What a first call takes must not count against a short deadline.</summary>
    private static async Task WarmUpAsync(EchoServer server)
    {
        using var call = server.Client.ClientStream();
        await call.RequestStream.CompleteAsync();
        await call;
    }
}

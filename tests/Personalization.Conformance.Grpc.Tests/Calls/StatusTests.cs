using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;
using Status = Grpc.Core.Status;

namespace Personalization.Conformance.Grpc.Calls;

public sealed class StatusTests
{
    [Fact]
    public async Task RpcException_InAHandler_ReachesTheCallerWithItsTrailers()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (_, context) =>
        {
            context.ResponseTrailers.Add("x-context", "1");
            throw new RpcException(new Status(StatusCode.NotFound, "no such thing"), new Metadata { { "x-exception", "2" } });
        });
        using var call = server.Client.UnaryAsync(new Message());

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        Assert.Equal("no such thing", error.Status.Detail);
        Assert.Equal("1", error.Trailers.GetValue("x-context"));
        Assert.Equal("2", error.Trailers.GetValue("x-exception"));
        Assert.Equal(error.Status.StatusCode, call.GetStatus().StatusCode);
        Assert.Equal("2", call.GetTrailers().GetValue("x-exception"));
    }

    [Fact]
    public async Task RpcException_AfterMessagesOfAStream_EndsIt()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (_, responses, _) =>
        {
            await responses.WriteAsync(new Message { Number = 1 });
            throw new RpcException(new Status(StatusCode.DataLoss, "gone"), new Metadata { { "x-after", "1" } });
        });
        using var call = server.Client.ServerStream(new Message());

        Assert.True(await call.ResponseStream.MoveNext());
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());

        Assert.Equal(StatusCode.DataLoss, error.StatusCode);
        Assert.Equal("1", error.Trailers.GetValue("x-after"));
        Assert.Equal(StatusCode.DataLoss, call.GetStatus().StatusCode);
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
    }

    [Theory]
    [InlineData("Zürich — 東京 🛍")]
    [InlineData("100% of\r\nlines\twith %41 signs")]
    [InlineData("")]
    public async Task Detail_AnyText_ComesThrough(string detail)
    {
        await using var server = await EchoServer.StartAsync(echo =>
            echo.Unary = (_, _) => throw new RpcException(new Status(StatusCode.Aborted, detail)));

        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(new Message()).ResponseAsync);

        Assert.Equal(detail, error.Status.Detail);
    }

    [Fact]
    public async Task Detail_NotPlain_IsPercentEncodedOnTheWire()
    {
        await using var server = await EchoServer.StartAsync(echo =>
            echo.Unary = (_, _) => throw new RpcException(new Status(StatusCode.Aborted, "50% é")));

        var response = await RawHttp.PostAsync(server.Address, "conformance.v1.Echo/Unary", RawHttp.Frame(new Message()));

        Assert.Equal("50%25 %C3%A9", response.GrpcMessage);
    }

    [Fact]
    public async Task OtherException_InAHandler_IsUnknownAndSaysNothing()
    {
        await using var server = await EchoServer.StartAsync(echo =>
            echo.Unary = (_, _) => throw new InvalidOperationException("the password is swordfish"));

        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(new Message()).ResponseAsync);

        Assert.Equal(StatusCode.Unknown, error.StatusCode);
        Assert.Equal("Exception was thrown by handler.", error.Status.Detail);
    }

    [Fact]
    public async Task OtherException_WithDetailedErrors_IsTold()
    {
        await using var server = await EchoServer.StartAsync(
            echo => echo.Unary = (_, _) => throw new InvalidOperationException("outer", new ArgumentException("inner")),
            options => options.EnableDetailedErrors = true);

        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(new Message()).ResponseAsync);

        Assert.Equal(
            "Exception was thrown by handler. InvalidOperationException: outer ArgumentException: inner", error.Status.Detail);
    }

    [Fact]
    public async Task ContextStatus_SetByTheHandler_IsTheOutcome()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (request, responses, context) =>
        {
            await responses.WriteAsync(request);
            context.Status = new Status(StatusCode.OutOfRange, "enough");
        });
        using var call = server.Client.ServerStream(new Message());

        Assert.True(await call.ResponseStream.MoveNext());
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());

        Assert.Equal("enough", error.Status.Detail);
    }

    [Fact]
    public async Task NoMessage_FromAUnaryHandler_IsCancelled()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (_, _) => Task.FromResult<Message>(null!));

        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(new Message()).ResponseAsync);

        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
    }

    [Fact]
    public async Task Method_NotOverridden_IsUnimplemented()
    {
        await using var server = await EchoServer.StartAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client.MissingAsync(new Message()).ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    [Theory]
    [InlineData("conformance.v1.Echo/NoSuchMethod", "Method is unimplemented.")]
    [InlineData("conformance.v1.NoSuchService/Unary", "Service is unimplemented.")]
    public async Task Path_OfNothing_IsUnimplemented(string path, string detail)
    {
        await using var server = await EchoServer.StartAsync();

        var response = await RawHttp.PostAsync(server.Address, path, RawHttp.Frame(new Message()));

        Assert.Equal("12", response.GrpcStatus);
        Assert.Equal(detail, response.GrpcMessage);
        Assert.Empty(response.Body);
    }

    [Fact]
    public async Task Path_OfNothingWhereUnknownServicesAreIgnored_IsNotFound()
    {
        await using var server = await EchoServer.StartAsync(options: options => options.IgnoreUnknownServices = true);
        using var channel = server.Connect(new());

        var error = await Assert.ThrowsAsync<RpcException>(() => new Other.OtherClient(channel).UnaryAsync(new Message()).ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
        Assert.Contains("404", error.Status.Detail);
    }

    [Fact]
    public async Task TrailersOnly_Error_HasHeadersAndTrailers()
    {
        await using var server = await EchoServer.StartAsync(echo =>
            echo.ServerStream = (_, _, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "no"), new Metadata { { "x-why", "1" } }));
        using var call = server.Client.ServerStream(new Message());

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());

        Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        Assert.Equal("1", error.Trailers.GetValue("x-why"));
        Assert.Equal("1", call.GetTrailers().GetValue("x-why"));
        Assert.NotNull(await call.ResponseHeadersAsync);
    }

    [Fact]
    public async Task TrailersOnly_Error_HasItsStatusInTheHeaders()
    {
        await using var server = await EchoServer.StartAsync(echo =>
            echo.Unary = (_, _) => throw new RpcException(new Status(StatusCode.PermissionDenied, "no")));

        var response = await RawHttp.PostAsync(server.Address, "conformance.v1.Echo/Unary", RawHttp.Frame(new Message()));

        Assert.Equal("7", response.Header("grpc-status"));
        Assert.Equal("no", response.Header("grpc-message"));
    }

    [Fact]
    public async Task StatusDetails_Rich_ComeThrough()
    {
        var details = new Google.Rpc.Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = "2 fields are wrong",
            Details =
            {
                Any.Pack(new BadRequest
                {
                    FieldViolations =
                    {
                        new BadRequest.Types.FieldViolation { Field = "events[3].text", Description = "must not be empty" },
                        new BadRequest.Types.FieldViolation { Field = "page_size", Description = "must be 1 to 100, not -1" },
                    },
                }),
                Any.Pack(new ErrorInfo { Reason = "INVALID", Domain = "personalization", Metadata = { { "stage", "ingestion" } } }),
                Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(250)) }),
            },
        };
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (_, _) => throw new RpcException(
            new Status(StatusCode.InvalidArgument, details.Message),
            new Metadata { { "grpc-status-details-bin", details.ToByteArray() } }));

        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(new Message()).ResponseAsync);

        var received = Google.Rpc.Status.Parser.ParseFrom(error.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal(details, received);
        Assert.Equal("page_size", received.Details[0].Unpack<BadRequest>().FieldViolations[1].Field);
        Assert.Equal("ingestion", received.Details[1].Unpack<ErrorInfo>().Metadata["stage"]);
        Assert.Equal(250, received.Details[2].Unpack<RetryInfo>().RetryDelay.ToTimeSpan().TotalMilliseconds);
    }

    [Fact]
    public void RpcException_Itself_SaysItsStatus()
    {
        var cause = new IOException("cable");
        var error = new RpcException(new Status(StatusCode.Unavailable, "down", cause));

        Assert.Same(cause, error.InnerException);
        Assert.Contains("Unavailable", error.Message);
        Assert.Contains("down", error.Message);
        Assert.Empty(error.Trailers);
    }
}

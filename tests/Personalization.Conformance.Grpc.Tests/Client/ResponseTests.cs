using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Client;

/// <summary>What the client makes of answers that are not as they should be.</summary>
public sealed class ResponseTests
{
    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(431, StatusCode.Internal)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(302, StatusCode.Unknown)]
    public async Task HttpStatus_WithoutAGrpcStatus_IsMapped(int httpStatus, StatusCode expected)
    {
        await using var server = await RawServer.StartAsync(context =>
        {
            context.Response.StatusCode = httpStatus;
            return Task.CompletedTask;
        });

        await AssertStatusAsync(server, expected);
    }

    [Fact]
    public async Task HttpStatus_WithAGrpcStatus_IsNotLookedAt()
    {
        await using var server = await RawServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers["grpc-status"] = "5";
            context.Response.Headers["grpc-message"] = "not%20here";
            return Task.CompletedTask;
        });

        var error = await AssertStatusAsync(server, StatusCode.NotFound);
        Assert.Equal("not here", error.Status.Detail);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/grpcfoo")]
    public async Task ContentType_NotGrpc_IsCancelled(string contentType)
    {
        await using var server = await RawServer.StartAsync(context =>
        {
            context.Response.ContentType = contentType;
            return Task.CompletedTask;
        });

        await AssertStatusAsync(server, StatusCode.Cancelled);
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc;charset=utf-8")]
    public async Task ContentType_Grpc_IsTaken(string contentType)
    {
        await using var server = await RawServer.StartAsync(async context =>
        {
            context.Response.ContentType = contentType;
            await context.Response.Body.WriteAsync(RawHttp.Frame(new Message { Number = 5 }));
            context.Response.AppendTrailer("grpc-status", "0");
        });

        Assert.Equal(5, (await server.Client.UnaryAsync(new Message())).Number);
    }

    [Fact]
    public async Task GrpcStatus_Missing_IsCancelled()
    {
        await using var server = await RawServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(RawHttp.Frame(new Message()));
        });

        await AssertStatusAsync(server, StatusCode.Cancelled);
    }

    [Fact]
    public async Task GrpcStatus_Unheard_IsKept()
    {
        await using var server = await RawServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "99";
            return Task.CompletedTask;
        });

        await AssertStatusAsync(server, (StatusCode)99);
    }

    [Fact]
    public async Task Unary_OkWithoutAMessage_IsInternal()
    {
        await using var server = await RawServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.StartAsync();
            context.Response.AppendTrailer("grpc-status", "0");
        });

        await AssertStatusAsync(server, StatusCode.Internal);
    }

    [Fact]
    public async Task Unary_OkInTheHeaders_IsInternal()
    {
        await using var server = await RawServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        });

        await AssertStatusAsync(server, StatusCode.Internal);
    }

    [Fact]
    public async Task ServerStream_OkInTheHeaders_IsAnEmptyStream()
    {
        await using var server = await RawServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "0";
            return Task.CompletedTask;
        });
        using var call = server.Client.ServerStream(new Message());

        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Unary_ErrorAfterAMessage_IsTheError()
    {
        await using var server = await RawServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(RawHttp.Frame(new Message()));
            context.Response.AppendTrailer("grpc-status", "9");
        });

        await AssertStatusAsync(server, StatusCode.FailedPrecondition);
    }

    [Fact]
    public async Task Unary_TwoMessages_IsInternal()
    {
        await using var server = await RawServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(RawHttp.Frame(new Message()));
            await context.Response.Body.WriteAsync(RawHttp.Frame(new Message()));
            context.Response.AppendTrailer("grpc-status", "0");
        });

        await AssertStatusAsync(server, StatusCode.Internal);
    }

    [Fact]
    public async Task Message_CutOff_IsInternal()
    {
        await using var server = await RawServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 10, 1, 2 });
            context.Response.AppendTrailer("grpc-status", "0");
        });

        await AssertStatusAsync(server, StatusCode.Internal);
    }

    [Fact]
    public async Task Message_InPieces_IsPutTogether()
    {
        await using var server = await RawServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            foreach (var octet in RawHttp.Frame(new Message { Text = "in pieces", Number = 8 }))
            {
                await context.Response.Body.WriteAsync(new[] { octet });
                await context.Response.Body.FlushAsync();
            }

            context.Response.AppendTrailer("grpc-status", "0");
        });

        Assert.Equal(8, (await server.Client.UnaryAsync(new Message())).Number);
    }

    /// <summary>Protobuf's complaint is an I/O exception, and those are taken for the connection's.</summary>
    [Fact]
    public async Task Message_NotOfItsType_IsUnavailable()
    {
        await using var server = await RawServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(RawHttp.Frame([0xff, 0xff, 0xff], compressed: 0));
            context.Response.AppendTrailer("grpc-status", "0");
        });

        await AssertStatusAsync(server, StatusCode.Unavailable);
    }

    [Theory]
    [InlineData(0x7, StatusCode.Unavailable)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    [InlineData(0xc, StatusCode.PermissionDenied)]
    [InlineData(0x2, StatusCode.Internal)]
    public async Task Stream_Reset_IsMapped(int errorCode, StatusCode expected)
    {
        await using var server = await RawServer.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(RawHttp.Frame(new Message()));
            await context.Response.Body.FlushAsync();
            context.Features.Get<IHttpResetFeature>()!.Reset(errorCode);
        });
        using var call = server.Client.ServerStream(new Message());

        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext())
            {
            }
        });

        Assert.Equal(expected, error.StatusCode);
    }

    [Fact]
    public async Task Trailers_Malformed_DoNotHideTheStatus()
    {
        await using var server = await RawServer.StartAsync(context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "5";
            context.Response.Headers["x-bytes-bin"] = "%%%";
            return Task.CompletedTask;
        });

        // With such a header, what is thrown may say what is wrong with it instead; the call must end with an error in any case.
        await Assert.ThrowsAnyAsync<Exception>(() => server.Client.UnaryAsync(new Message()).ResponseAsync);
    }

    [Fact]
    public async Task Server_NotThere_IsUnavailable()
    {
        var server = await EchoServer.StartAsync();
        var address = server.Address;
        await server.DisposeAsync();
        using var channel = GrpcChannel.ForAddress(address);

        var error = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).UnaryAsync(new Message()).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
    }

    [Fact]
    public async Task Server_OnHttp1Only_IsAnError()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = GrpcChannel.ForAddress(server.Http1Address);

        var error = await Assert.ThrowsAsync<RpcException>(() => new Echo.EchoClient(channel).UnaryAsync(new Message()).ResponseAsync);

        Assert.Contains(error.StatusCode, new[] { StatusCode.Internal, StatusCode.Unavailable });
    }

    private static async Task<RpcException> AssertStatusAsync(RawServer server, StatusCode expected)
    {
        using var call = server.Client.UnaryAsync(new Message());
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(expected, error.StatusCode);
        Assert.Equal(expected, call.GetStatus().StatusCode);
        return error;
    }
}

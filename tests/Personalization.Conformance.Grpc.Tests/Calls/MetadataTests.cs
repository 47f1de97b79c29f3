using Grpc.Core;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Calls;

public sealed class MetadataTests
{
    [Fact]
    public async Task RequestHeaders_TextAndBytes_ReachTheHandler()
    {
        Metadata? seen = null;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(request);
        });

        await server.Client.UnaryAsync(new Message(), new Metadata { { "X-Text", "some text" }, { "x-bytes-bin", [0, 1, 2, 253, 254, 255] } });

        Assert.Equal("some text", seen!.GetValue("x-text"));
        Assert.Equal([0, 1, 2, 253, 254, 255], seen.GetValueBytes("x-bytes-bin")!);
        Assert.True(seen.Get("x-bytes-bin")!.IsBinary);
        Assert.Null(seen.Get("x-other"));
    }

    [Theory]
    [InlineData("AQ", new byte[] { 1 })]
    [InlineData("AQ==", new byte[] { 1 })]
    [InlineData("AQI", new byte[] { 1, 2 })]
    [InlineData("AQI=", new byte[] { 1, 2 })]
    [InlineData("AQID", new byte[] { 1, 2, 3 })]
    [InlineData("/+8", new byte[] { 255, 239 })]
    public async Task RequestHeaders_BytesWithOrWithoutPadding_AreDecoded(string base64, byte[] expected)
    {
        byte[]? seen = null;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            seen = context.RequestHeaders.GetValueBytes("x-bin");
            return Task.FromResult(request);
        });

        var response = await RawHttp.PostAsync(server.Address, "conformance.v1.Echo/Unary", RawHttp.Frame(new Message()), ("x-bin", base64));

        Assert.Equal("0", response.GrpcStatus);
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task RequestHeaders_OneTextKeyTwice_BothValuesArriveJoined()
    {
        Metadata? seen = null;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(request);
        });

        await server.Client.UnaryAsync(new Message(), new Metadata { { "x-text", "a" }, { "x-text", "b" } });

        Assert.Equal(["a", "b"], seen!.GetAll("x-text").SelectMany(entry => entry.Value.Split(',', StringSplitOptions.TrimEntries)));
    }

    /// <summary>The protocol lets bytes be joined by commas; the packages do not take them, and say so rather than guess.</summary>
    [Fact]
    public async Task RequestHeaders_BytesJoinedByCommas_AreRefused()
    {
        Exception? thrown = null;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            thrown = Record.Exception(() => context.RequestHeaders);
            return Task.FromResult(request);
        });

        var response = await RawHttp.PostAsync(
            server.Address, "conformance.v1.Echo/Unary", RawHttp.Frame(new Message()), ("x-bin", "AQ==,Ag=="));

        Assert.IsType<FormatException>(thrown);
        Assert.Equal("0", response.GrpcStatus);
    }

    [Fact]
    public async Task RequestHeaders_OfTheProtocol_AreHidden()
    {
        Metadata? seen = null;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            seen = context.RequestHeaders;
            return Task.FromResult(request);
        });

        await server.Client.UnaryAsync(new Message(), deadline: DateTime.UtcNow.AddMinutes(1));

        var keys = seen!.Select(entry => entry.Key).ToList();
        Assert.DoesNotContain("grpc-timeout", keys);
        Assert.DoesNotContain("grpc-accept-encoding", keys);
        Assert.DoesNotContain("content-type", keys);
        Assert.DoesNotContain("te", keys);
        Assert.DoesNotContain(keys, key => key.StartsWith(':'));
        Assert.Contains("user-agent", keys);
    }

    [Fact]
    public async Task ResponseHeaders_WrittenEarly_ArriveBeforeTheResponse()
    {
        var release = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = async (request, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "x-text", "early" }, { "x-bytes-bin", [9, 8, 7] } });
            await release.Happened;
            return request;
        });
        using var call = server.Client.UnaryAsync(new Message());

        var headers = await call.ResponseHeadersAsync;

        Assert.Equal("early", headers.GetValue("x-text"));
        Assert.Equal([9, 8, 7], headers.GetValueBytes("x-bytes-bin")!);
        Assert.False(call.ResponseAsync.IsCompleted);
        release.Set();
        await call;
    }

    [Fact]
    public async Task ResponseHeaders_WrittenTwice_Throw()
    {
        Exception? thrown = null;
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = async (request, context) =>
        {
            await context.WriteResponseHeadersAsync([]);
            thrown = await Record.ExceptionAsync(() => context.WriteResponseHeadersAsync([]));
            return request;
        });

        await server.Client.UnaryAsync(new Message());

        Assert.IsType<InvalidOperationException>(thrown);
    }

    [Fact]
    public async Task ResponseTrailers_TextAndBytes_ReachTheCaller()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            context.ResponseTrailers.Add("x-text", "late");
            context.ResponseTrailers.Add("x-text", "later");
            context.ResponseTrailers.Add("x-bytes-bin", [0, 255]);
            return Task.FromResult(request);
        });
        using var call = server.Client.UnaryAsync(new Message());

        await call;

        var trailers = call.GetTrailers();
        Assert.Equal(["late", "later"], trailers.GetAll("x-text").Select(entry => entry.Value));
        Assert.Equal([0, 255], trailers.GetValueBytes("x-bytes-bin")!);
        Assert.DoesNotContain(trailers, entry => entry.Key is "grpc-status" or "grpc-message");
    }

    [Fact]
    public async Task ResponseTrailers_NamedAsTheStatus_DoNotReplaceIt()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = (request, context) =>
        {
            context.ResponseTrailers.Add("grpc-status", "13");
            return Task.FromResult(request);
        });

        Assert.Equal(new Message { Number = 1 }, await server.Client.UnaryAsync(new Message { Number = 1 }));
    }

    [Fact]
    public async Task ResponseTrailers_OfAStream_ReachTheCallerAtItsEnd()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (request, responses, context) =>
        {
            await responses.WriteAsync(request);
            context.ResponseTrailers.Add("x-count", "1");
        });
        using var call = server.Client.ServerStream(new Message());

        Assert.True(await call.ResponseStream.MoveNext());
        Assert.False(await call.ResponseStream.MoveNext());

        Assert.Equal("1", call.GetTrailers().GetValue("x-count"));
    }

    [Fact]
    public void Entry_KeyInAnyCase_IsLowered() => Assert.Equal("x-some_key.1", new Metadata.Entry("X-Some_Key.1", "v").Key);

    [Theory]
    [InlineData("x text")]
    [InlineData("x:text")]
    [InlineData("ключ")]
    public void Entry_KeyWithOtherCharacters_IsRefused(string key) => Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "v"));

    [Fact]
    public void Entry_KindAndKeyAtOdds_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("x-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("x-text", [1]));
        Assert.Throws<InvalidOperationException>(() => new Metadata.Entry("x-bin", [1]).Value);
    }

    [Fact]
    public void Entry_ItsBytes_AreACopy()
    {
        byte[] bytes = [1, 2, 3];
        var entry = new Metadata.Entry("x-bin", bytes);
        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Equal([1, 2, 3], entry.ValueBytes);
        Assert.Equal("text"u8.ToArray(), new Metadata.Entry("x", "text").ValueBytes);
    }

    [Fact]
    public void List_ManyOfAKey_FindsTheLastAndAll()
    {
        var metadata = new Metadata { { "a", "1" }, { "b", "2" }, { "A", "3" } };

        Assert.Equal("3", metadata.GetValue("a"));
        Assert.Equal(["1", "3"], metadata.GetAll("A").Select(entry => entry.Value));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "1"));
    }
}

using System.IO.Compression;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Calls;

public sealed class CompressionTests
{
    private const string Unary = "conformance.v1.Echo/Unary";

    private static readonly Message Compressible = new() { Text = new string('x', 50_000) };

    private static readonly Metadata RequestGzip = new() { { "grpc-internal-encoding-request", "gzip" } };

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("identity")]
    public async Task Request_InAnEncodingOfBoth_IsUnderstood(string encoding)
    {
        await using var server = await EchoServer.StartAsync();

        var reply = await server.Client.UnaryAsync(Compressible, new Metadata { { "grpc-internal-encoding-request", encoding } });

        Assert.Equal(Compressible, reply);
    }

    [Fact]
    public async Task Request_Compressed_IsSmallOnTheWireAndSaysSo()
    {
        byte[]? body = null;
        string? encoding = null;
        await using var server = await RawServer.StartAsync(async context =>
        {
            using var copy = new MemoryStream();
            await context.Request.Body.CopyToAsync(copy);
            (body, encoding) = (copy.ToArray(), context.Request.Headers["grpc-encoding"]);
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "12";
        });

        await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(Compressible, RequestGzip).ResponseAsync);

        Assert.Equal("gzip", encoding);
        Assert.Equal(1, body![0]);
        Assert.True(body.Length < 1000);
    }

    [Fact]
    public async Task Request_WrittenWithNoCompress_IsPlain()
    {
        byte[]? body = null;
        await using var server = await RawServer.StartAsync(async context =>
        {
            using var copy = new MemoryStream();
            await context.Request.Body.CopyToAsync(copy);
            body = copy.ToArray();
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "12";
        });
        var options = new CallOptions(RequestGzip, writeOptions: new WriteOptions(WriteFlags.NoCompress));

        await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(Compressible, options).ResponseAsync);

        Assert.Equal(0, body![0]);
        Assert.True(body.Length > 50_000);
    }

    [Fact]
    public async Task Response_WhereTheCallerAccepts_IsCompressed()
    {
        await using var server = await EchoServer.StartAsync(options: options => options.ResponseCompressionAlgorithm = "gzip");

        var response = await RawHttp.PostAsync(
            server.Address, Unary, RawHttp.Frame(Compressible), ("grpc-accept-encoding", "identity, gzip"));

        Assert.Equal("0", response.GrpcStatus);
        Assert.Equal("gzip", response.Header("grpc-encoding"));
        Assert.Equal(1, response.Body[0]);
        using var gzip = new GZipStream(new MemoryStream(response.Body[5..]), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        await gzip.CopyToAsync(plain);
        Assert.Equal(Compressible, Message.Parser.ParseFrom(plain.ToArray()));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("identity,deflate")]
    [InlineData("")]
    public async Task Response_WhereTheCallerDoesNotAccept_IsPlain(string accepted)
    {
        await using var server = await EchoServer.StartAsync(options: options => options.ResponseCompressionAlgorithm = "gzip");

        var response = await RawHttp.PostAsync(server.Address, Unary, RawHttp.Frame(Compressible), ("grpc-accept-encoding", accepted));

        Assert.Null(response.Header("grpc-encoding"));
        Assert.Equal(0, response.Body[0]);
    }

    [Fact]
    public async Task Response_Compressed_IsUnderstoodByTheClient()
    {
        await using var server = await EchoServer.StartAsync(options: options =>
        {
            options.ResponseCompressionAlgorithm = "gzip";
            options.ResponseCompressionLevel = CompressionLevel.SmallestSize;
        });
        using var call = server.Client.UnaryAsync(Compressible);

        Assert.Equal(Compressible, await call);
        using var stream = server.Client.ServerStream(new Message { Text = Compressible.Text, Number = 5 });
        Assert.Equal(5, await stream.ResponseStream.ReadAllAsync().CountAsync());
    }

    [Fact]
    public async Task Response_CompressedByTheHandlersWish_SaysSoPerMessage()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (request, responses, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "grpc-internal-encoding-request", "gzip" } });
            await responses.WriteAsync(request);
            responses.WriteOptions = new WriteOptions(WriteFlags.NoCompress);
            await responses.WriteAsync(request);
        });

        var response = await RawHttp.PostAsync(server.Address, "conformance.v1.Echo/ServerStream", RawHttp.Frame(Compressible));

        Assert.Equal("gzip", response.Header("grpc-encoding"));
        Assert.Equal(1, response.Body[0]);
        Assert.InRange(response.Body.Length, 50_000, 51_000);
    }

    [Fact]
    public async Task Flag_WithoutAnEncoding_IsInternal()
    {
        await using var server = await EchoServer.StartAsync();

        var response = await RawHttp.PostAsync(server.Address, Unary, RawHttp.Frame([1, 2, 3], compressed: 1));

        Assert.Equal("13", response.GrpcStatus);
    }

    [Fact]
    public async Task Flag_WithIdentity_IsInternal()
    {
        await using var server = await EchoServer.StartAsync();

        var response = await RawHttp.PostAsync(
            server.Address, Unary, RawHttp.Frame([1, 2, 3], compressed: 1), ("grpc-encoding", "identity"));

        Assert.Equal("13", response.GrpcStatus);
    }

    [Fact]
    public async Task Encoding_Unknown_IsUnimplementedAndTheKnownAreNamed()
    {
        await using var server = await EchoServer.StartAsync();

        var response = await RawHttp.PostAsync(
            server.Address, Unary, RawHttp.Frame([1, 2, 3], compressed: 1), ("grpc-encoding", "snappy"));

        Assert.Equal("12", response.GrpcStatus);
        Assert.Contains("gzip", response.Header("grpc-accept-encoding"));
        Assert.Contains("identity", response.Header("grpc-accept-encoding"));
        Assert.DoesNotContain("snappy", response.Header("grpc-accept-encoding"));
    }

    [Fact]
    public async Task Flag_OfNeitherValue_IsAnError()
    {
        await using var server = await EchoServer.StartAsync();

        var response = await RawHttp.PostAsync(server.Address, Unary, RawHttp.Frame([], compressed: 7));

        Assert.NotEqual("0", response.GrpcStatus);
    }

    [Fact]
    public async Task Client_ItsRequest_NamesWhatItUnderstands()
    {
        string? accepted = null;
        await using var server = await RawServer.StartAsync(context =>
        {
            accepted = context.Request.Headers["grpc-accept-encoding"];
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "12";
            return Task.CompletedTask;
        });

        await Assert.ThrowsAsync<RpcException>(() => server.Client.UnaryAsync(new Message()).ResponseAsync);

        Assert.Equal("identity,gzip,deflate", accepted);
    }

    [Fact]
    public async Task Provider_OfOnesOwn_IsUsedByBoth()
    {
        var provider = new Reversing();
        await using var server = await EchoServer.StartAsync(options: options => options.CompressionProviders.Add(provider));
        using var channel = server.Connect(new GrpcChannelOptions { CompressionProviders = [provider] });
        var client = new Echo.EchoClient(channel);

        var reply = await client.UnaryAsync(new Message { Text = "abc" }, new Metadata { { "grpc-internal-encoding-request", "reverse" } });

        Assert.Equal("abc", reply.Text);
        Assert.True(provider.Decompressed);
    }

    [Fact]
    public async Task ResponseAlgorithm_WithoutAProvider_IsRefusedAtStart() =>
        await Assert.ThrowsAnyAsync<InvalidOperationException>(async () =>
        {
            await using var server = await EchoServer.StartAsync(options: options => options.ResponseCompressionAlgorithm = "snappy");
        });

    /// <summary>Not a compression, but one can tell that it was used.</summary>
    private sealed class Reversing : ICompressionProvider
    {
        public bool Decompressed { get; private set; }

        public string EncodingName => "reverse";

        public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => new ReversedOnDispose(stream);

        public Stream CreateDecompressionStream(Stream stream)
        {
            Decompressed = true;
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return new MemoryStream([.. copy.ToArray().Reverse()]);
        }

        private sealed class ReversedOnDispose(Stream target) : MemoryStream
        {
            protected override void Dispose(bool disposing)
            {
                target.Write([.. ToArray().Reverse()]);
                base.Dispose(disposing);
            }
        }
    }
}

using CsCheck;
using Google.Protobuf;
using Grpc.Core;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;

namespace Personalization.Conformance.Grpc.Calls;

public sealed class CallKindTests
{
    [Fact]
    public async Task Unary_AnyMessage_ComesBack()
    {
        await using var server = await EchoServer.StartAsync();

        var reply = await server.Client.UnaryAsync(new Message { Text = "héllo", Number = 42, Payload = ByteString.CopyFrom(0, 1, 255) });

        Assert.Equal("héllo", reply.Text);
        Assert.Equal(42, reply.Number);
        Assert.Equal([0, 1, 255], reply.Payload.ToByteArray());
    }

    [Fact]
    public async Task Unary_EmptyMessage_ComesBack()
    {
        await using var server = await EchoServer.StartAsync();

        Assert.Equal(new Message(), await server.Client.UnaryAsync(new Message()));
    }

    [Fact]
    public async Task Unary_AnySizeOfMessage_ComesBack()
    {
        await using var server = await EchoServer.StartAsync();
        await Gen.Int[0, 300_000].SampleAsync(
            async size =>
            {
                var request = new Message { Payload = ByteString.CopyFrom(new byte[size]), Number = size };
                return request.Equals(await server.Client.UnaryAsync(request));
            },
            iter: 100);
    }

    [Fact]
    public async Task Unary_Blocking_ComesBack()
    {
        await using var server = await EchoServer.StartAsync();

        var reply = await Task.Run(() => server.Client.Unary(new Message { Number = 7 }));

        Assert.Equal(7, reply.Number);
    }

    [Fact]
    public async Task Unary_MessageJustBelowTheLimit_ComesBack()
    {
        await using var server = await EchoServer.StartAsync();
        var request = new Message { Payload = ByteString.CopyFrom(new byte[(4 * 1024 * 1024) - 16]) };

        Assert.Equal(request, await server.Client.UnaryAsync(request));
    }

    [Fact]
    public async Task Unary_ManyAtATime_EachGetsItsOwn()
    {
        await using var server = await EchoServer.StartAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
            (await server.Client.UnaryAsync(new Message { Number = i })).Number));

        Assert.Equal(Enumerable.Range(0, 300), replies);
    }

    [Fact]
    public async Task Unary_Ended_HasStatusHeadersAndTrailers()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.UnaryAsync(new Message());

        await call;

        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.NotNull(await call.ResponseHeadersAsync);
        Assert.NotNull(call.GetTrailers());
    }

    [Fact]
    public async Task Unary_Running_HasNoStatusAndNoTrailers()
    {
        var release = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.Unary = async (request, _) =>
        {
            await release.Happened;
            return request;
        });
        using var call = server.Client.UnaryAsync(new Message());

        Assert.Throws<InvalidOperationException>(() => call.GetStatus());
        Assert.Throws<InvalidOperationException>(() => call.GetTrailers());

        release.Set();
        await call;
    }

    [Fact]
    public async Task ServerStream_ManyMessages_ComeInOrder()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.ServerStream(new Message { Text = "x", Number = 1000 });

        var numbers = new List<int>();
        await foreach (var reply in call.ResponseStream.ReadAllAsync())
        {
            numbers.Add(reply.Number);
        }

        Assert.Equal(Enumerable.Range(0, 1000), numbers);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ServerStream_NoMessages_EndsWell()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.ServerStream(new Message { Number = 0 });

        Assert.False(await call.ResponseStream.MoveNext());
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ServerStream_LargeMessages_AllCome()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (request, responses, _) =>
        {
            for (var i = 0; i < request.Number; i++)
            {
                await responses.WriteAsync(new Message { Payload = ByteString.CopyFrom(new byte[200_000]), Number = i });
            }
        });
        using var call = server.Client.ServerStream(new Message { Number = 40 });

        var total = 0;
        await foreach (var reply in call.ResponseStream.ReadAllAsync())
        {
            total += reply.Payload.Length;
        }

        Assert.Equal(40 * 200_000, total);
    }

    [Fact]
    public async Task ServerStream_BufferHint_DeliversAll()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.ServerStream = async (request, responses, _) =>
        {
            responses.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
            for (var i = 0; i < request.Number; i++)
            {
                await responses.WriteAsync(new Message { Number = i });
            }
        });
        using var call = server.Client.ServerStream(new Message { Number = 50 });

        Assert.Equal(50, await call.ResponseStream.ReadAllAsync().CountAsync());
    }

    [Fact]
    public async Task ClientStream_ManyMessages_AllArrive()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.ClientStream();

        for (var i = 1; i <= 100; i++)
        {
            await call.RequestStream.WriteAsync(new Message { Number = i });
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(5050, (await call).Number);
    }

    [Fact]
    public async Task ClientStream_NoMessages_GetsAnAnswer()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.ClientStream();

        await call.RequestStream.CompleteAsync();

        Assert.Equal(0, (await call).Number);
    }

    [Fact]
    public async Task ClientStream_ServerAnswersEarly_AnswerArrives()
    {
        await using var server = await EchoServer.StartAsync(echo =>
            echo.ClientStream = (_, _) => Task.FromResult(new Message { Number = 9 }));
        using var call = server.Client.ClientStream();

        Assert.Equal(9, (await call).Number);
    }

    [Fact]
    public async Task Duplex_PingPong_EachAnswerFollowsItsRequest()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client.Duplex();

        for (var i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync(new Message { Number = i });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(i, call.ResponseStream.Current.Number);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Duplex_BothSidesAtOnce_AllArrive()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.Duplex = async (requests, responses, _) =>
        {
            var writing = Task.Run(async () =>
            {
                for (var i = 0; i < 500; i++)
                {
                    await responses.WriteAsync(new Message { Number = i });
                }
            });
            var read = await requests.ReadAllAsync().CountAsync();
            await writing;
            await responses.WriteAsync(new Message { Number = read });
        });
        using var call = server.Client.Duplex();

        var reading = call.ResponseStream.ReadAllAsync().ToListAsync();
        for (var i = 0; i < 700; i++)
        {
            await call.RequestStream.WriteAsync(new Message { Number = i });
        }

        await call.RequestStream.CompleteAsync();
        var replies = await reading;
        Assert.Equal(501, replies.Count);
        Assert.Equal(700, replies[^1].Number);
    }

    [Fact]
    public async Task Duplex_ServerSpeaksFirst_ClientHears()
    {
        await using var server = await EchoServer.StartAsync(echo => echo.Duplex = async (requests, responses, _) =>
        {
            await responses.WriteAsync(new Message { Text = "hello" });
            await requests.ReadAllAsync().CountAsync();
        });
        using var call = server.Client.Duplex();

        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal("hello", call.ResponseStream.Current.Text);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Duplex_DisposedRightAfterTheEndOfRequests_ServerSeesTheEnd()
    {
        var sawEnd = new Signal();
        await using var server = await EchoServer.StartAsync(echo => echo.Duplex = async (requests, _, _) =>
        {
            await requests.ReadAllAsync().CountAsync();
            sawEnd.Set();
        });
        var call = server.Client.Duplex();
        await call.RequestStream.WriteAsync(new Message());
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        call.Dispose();

        await sawEnd.Happened;
    }
}

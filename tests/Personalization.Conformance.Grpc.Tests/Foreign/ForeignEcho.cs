using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Personalization.Conformance.Grpc.Hosting;
using Personalization.Conformance.Grpc.V1;
using Status = Grpc.Core.Status;

namespace Personalization.Conformance.Grpc.Foreign;

/// <summary>What the foreign client's cases ask of the echo service: the request's text says which case it is.</summary>
internal sealed class ForeignEcho
{
    private readonly SemaphoreSlim _waiting = new(0);
    private readonly SemaphoreSlim _cancelled = new(0);

    public void Program(EchoBehaviour echo)
    {
        echo.Unary = UnaryAsync;
        echo.ServerStream = ServerStreamAsync;
    }

    private static RpcException Failure()
    {
        var status = new Google.Rpc.Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = "wrong",
            Details =
            {
                Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "page_size" } } }),
                Any.Pack(new ErrorInfo { Reason = "INVALID", Metadata = { { "stage", "ingestion" } } }),
                Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)) }),
            },
        };
        return new RpcException(
            new Status(StatusCode.InvalidArgument, "Zürich: 100% wrong"),
            new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
    }

    private static async Task<Message> MirrorAsync(ServerCallContext context)
    {
        var mirrored = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            mirrored.Add(entry);
            context.ResponseTrailers.Add(entry);
        }

        await context.WriteResponseHeadersAsync(mirrored);
        return new Message();
    }

    private static async Task<Message> CompressAsync(Message request, ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync(new Metadata { { "grpc-internal-encoding-request", "gzip" } });
        return new Message { Text = new string('x', request.Number) };
    }

    private static async Task<Message> AwaitAsync(SemaphoreSlim semaphore)
    {
        Assert.True(await semaphore.WaitAsync(TimeSpan.FromSeconds(60)));
        return new Message();
    }

    private Task<Message> UnaryAsync(Message request, ServerCallContext context) => request switch
    {
        { Text: "wait" } => WaitAsync(context),
        { Text: "waiting?" } => AwaitAsync(_waiting),
        { Text: "cancelled?" } => AwaitAsync(_cancelled),
        { Text: "deadline?" } => Task.FromResult(
            new Message { Number = (int)Math.Round((context.Deadline - DateTime.UtcNow).TotalSeconds) }),
        { Text: "fail" } => throw Failure(),
        { Text: "throw" } => throw new InvalidOperationException("the password is swordfish"),
        { Text: "mirror" } => MirrorAsync(context),
        { Text: "compress" } => CompressAsync(request, context),
        { Text: "grow" } => Task.FromResult(new Message { Payload = ByteString.CopyFrom(new byte[request.Number]) }),
        { Number: -77 } => Task.FromResult(
            new Message { Text = $"{context.GetHttpContext().Request.Headers["grpc-encoding"]}:{request.Text.Length}" }),
        _ => Task.FromResult(request),
    };

    private async Task<Message> WaitAsync(ServerCallContext context)
    {
        var over = new Signal();
        using var registration = over.SetWith(context.CancellationToken);
        if (context.Deadline == DateTime.MaxValue)
        {
            _waiting.Release();
        }

        await over.Happened;
        _cancelled.Release();
        return new Message();
    }

    private async Task ServerStreamAsync(Message request, IServerStreamWriter<Message> responses, ServerCallContext context)
    {
        var payload = ByteString.CopyFrom(new byte[request.Text == "large" ? 100_000 : 0]);
        for (var i = 0; i < request.Number; i++)
        {
            await responses.WriteAsync(new Message { Number = i, Payload = payload });
        }

        if (request.Text == "fail")
        {
            throw new RpcException(new Status(StatusCode.DataLoss, "gone"));
        }

        if (request.Text == "wait")
        {
            var over = new Signal();
            using var registration = over.SetWith(context.CancellationToken);
            await over.Happened;
            _cancelled.Release();
        }
    }
}

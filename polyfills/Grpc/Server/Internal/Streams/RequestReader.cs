using System.IO.Pipelines;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal.Streams;

/// <summary>A call's requests as its handler reads them.</summary>
internal sealed class RequestReader<TRequest> : IAsyncStreamReader<TRequest>
    where TRequest : class
{
    private static readonly Task<bool> True = Task.FromResult(true);
    private static readonly Task<bool> False = Task.FromResult(false);

    private readonly ServerCall _call;
    private readonly Func<DeserializationContext, TRequest> _deserializer;
    private readonly PipeReader _body;
    private readonly IHttpRequestLifetimeFeature _lifetime;
    private bool _isOver;

    public RequestReader(ServerCall call, Func<DeserializationContext, TRequest> deserializer)
    {
        _call = call;
        _deserializer = deserializer;

        // Taken now: a handler may read on another thread when the request is already gone.
        _body = call.HttpContext.Request.BodyReader;
        _lifetime = call.HttpContext.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
    }

    public TRequest Current { get; private set; } = null!;

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<bool>(cancellationToken);
        }

        if (_isOver || _lifetime.RequestAborted.IsCancellationRequested)
        {
            return Task.FromException<bool>(new InvalidOperationException("Can't read messages after the request is complete."));
        }

        // The last message is garbage from here on, however long the next one takes.
        Current = null!;
        var read = MessageReading.ReadNextAsync(_body, _call, _deserializer, cancellationToken);
        if (read.IsCompletedSuccessfully)
        {
            return Accept(read.Result) ? True : False;
        }

        return AwaitAsync(read);
    }

    /// <summary>The handler has returned.</summary>
    public void Complete() => _isOver = true;

    private async Task<bool> AwaitAsync(ValueTask<TRequest?> read) => Accept(await read);

    private bool Accept(TRequest? message)
    {
        Current = message!;
        return message is not null;
    }
}

using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Streams;

/// <summary>Streams in the memory of the cluster, for one runtime's callers.</summary>
internal sealed class MemoryStreamProvider(string name, CallRuntime runtime, int queues) : IStreamProvider
{
    private ObserverTarget? _client;

    public string Name => name;

    public bool IsRewindable => true;

    public CallRuntime Runtime => runtime;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new MemoryStream<T>(this, streamId);

    public IPubSubGrain PubSubOf(StreamId stream) => runtime.Services.GetRequiredService<IGrainFactory>().GetGrain<IPubSubGrain>($"{name}/{stream}");

    public void Publish(StreamMessage message) => runtime.Cluster.Streams.QueuesOf(name, queues).Add(message);

    /// <summary>Who subscribes: the grain whose turn it is, or the client.</summary>
    public (GrainId Id, StreamConsumers Consumers) Self()
    {
        if (RuntimeContext.Current is Activation activation)
        {
            return (activation.GrainId, activation.StreamConsumers);
        }

        lock (this)
        {
            _client ??= runtime.Observers.AddStreamClient();
        }

        return (_client.Id, StreamConsumers.Of(_client));
    }
}

/// <summary>A stream.</summary>
internal sealed class MemoryStream<T>(MemoryStreamProvider provider, StreamId streamId) : IAsyncStream<T>
{
    public bool IsRewindable => provider.IsRewindable;

    public string ProviderName => provider.Name;

    public StreamId StreamId => streamId;

    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => OnNextBatchAsync([item], token);

    public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        if (token is not null)
        {
            throw new ArgumentException("Memory streams do not support events with a token of the producer's.", nameof(token));
        }

        // Events leave the producer here as if over the wire; later changes to them are the producer's own.
        provider.Publish(new StreamMessage<T>
        {
            Stream = streamId,
            RequestContext = RequestContext.Current is { } context ? RequestContextCopy.Of(context, null) : null,
            Items = CopierOf<T[], WireCopy>.CopyRoot([.. batch], null),
        });
        return Task.CompletedTask;
    }

    public Task OnCompletedAsync() => throw new NotImplementedException("OnCompletedAsync is not implemented for now.");

    public Task OnErrorAsync(Exception ex) => throw new NotImplementedException("OnErrorAsync is not implemented for now.");

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => SubscribeAsync(observer, null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null)
    {
        ArgumentNullException.ThrowIfNull(observer);
        RefuseRewind(token);
        return filterData is null
            ? Subscribe((consumers, id) => consumers.Attach(id, observer))
            : throw new NotSupportedException("Stream filters are not covered by the polyfill.");
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) => SubscribeAsync(observer, null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token)
    {
        ArgumentNullException.ThrowIfNull(observer);
        RefuseRewind(token);
        return Subscribe((consumers, id) => consumers.Attach(id, observer));
    }

    public async Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles()
    {
        var (self, _) = provider.Self();
        if (ImplicitSubscriptions.TryGet(self, streamId, out var own))
        {
            return [new MemoryStreamHandle<T>(provider, streamId, own)];
        }

        var name = self.ToString();
        var all = await provider.PubSubOf(streamId).GetSubscriptions(provider.Name);
        return [.. all.Where(s => s.Consumer == name).Select(s => new MemoryStreamHandle<T>(provider, streamId, s.Id))];
    }

    public bool Equals(IAsyncStream<T>? other) => other is not null && streamId == other.StreamId && ProviderName == other.ProviderName;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => streamId.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : streamId.CompareTo(other.StreamId);

    internal static void RefuseRewind(StreamSequenceToken? token)
    {
        if (token is not null)
        {
            throw new NotSupportedException("Subscribing from a place in the stream is not covered by the polyfill.");
        }
    }

    private async Task<StreamSubscriptionHandle<T>> Subscribe(Action<StreamConsumers, Guid> attach)
    {
        var (self, consumers) = provider.Self();
        if (ImplicitSubscriptions.TryGet(self, streamId, out var id))
        {
            attach(consumers, id);
            return new MemoryStreamHandle<T>(provider, streamId, id);
        }

        id = Guid.NewGuid();
        attach(consumers, id);
        try
        {
            await provider.PubSubOf(streamId).Register(provider.Name, id, self);
        }
        catch
        {
            consumers.Detach(id);
            throw;
        }

        return new MemoryStreamHandle<T>(provider, streamId, id);
    }
}

/// <summary>A subscription, as its subscriber holds it.</summary>
internal sealed class MemoryStreamHandle<T>(MemoryStreamProvider provider, StreamId streamId, Guid id) : StreamSubscriptionHandle<T>
{
    private bool _isValid = true;

    public override StreamId StreamId => streamId;

    public override string ProviderName => provider.Name;

    public override Guid HandleId => id;

    public override async Task UnsubscribeAsync()
    {
        Take();
        provider.Self().Consumers.Detach(id);
        await provider.PubSubOf(streamId).Unregister(provider.Name, id);
    }

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null)
    {
        MemoryStream<T>.RefuseRewind(token);
        Take();
        provider.Self().Consumers.Attach(id, observer);
        return Again();
    }

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null)
    {
        MemoryStream<T>.RefuseRewind(token);
        Take();
        provider.Self().Consumers.Attach(id, observer);
        return Again();
    }

    public override bool Equals(StreamSubscriptionHandle<T>? other) => other is not null && id == other.HandleId;

    public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

    public override int GetHashCode() => id.GetHashCode();

    public override string ToString() => $"[StreamSubscriptionHandle:Stream={streamId},HandleId={id}]";

    /// <summary>A handle serves once: resuming gives the next one.</summary>
    private void Take()
    {
        if (!_isValid)
        {
            throw new InvalidOperationException("Handle is no longer valid. It has been used to unsubscribe or resume.");
        }

        _isValid = false;
    }

    private Task<StreamSubscriptionHandle<T>> Again() => Task.FromResult<StreamSubscriptionHandle<T>>(new MemoryStreamHandle<T>(provider, streamId, id));
}

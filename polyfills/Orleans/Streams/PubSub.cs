using Microsoft.Extensions.DependencyInjection;
using Orleans.Core;
using Orleans.Providers;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Streams;

/// <summary>The explicit subscriptions of one stream; its key is provider and stream.</summary>
internal interface IPubSubGrain : IGrainWithStringKey
{
    Task Register(string provider, Guid subscription, GrainId consumer);

    Task Unregister(string provider, Guid subscription);

    Task<List<PubSubSubscription>> GetSubscriptions(string provider);
}

/// <summary>A subscription.</summary>
[GenerateSerializer]
internal sealed class PubSubSubscription
{
    [Id(0)]
    public Guid Id { get; set; }

    [Id(1)]
    public string Consumer { get; set; } = "";
}

/// <summary>What is stored of a stream's subscriptions.</summary>
[GenerateSerializer]
internal sealed class PubSubState
{
    [Id(0)]
    public List<PubSubSubscription> Subscriptions { get; set; } = [];
}

/// <summary>Keeps subscriptions in the storage that has the provider's name, or <c>PubSubStore</c>.</summary>
[GrainType("pubsubrendezvous")]
internal sealed class PubSubGrain : Grain, IPubSubGrain
{
    private IPersistentState<PubSubState>? _state;

    public async Task Register(string provider, Guid subscription, GrainId consumer)
    {
        var state = await StateOf(provider);
        if (state.State.Subscriptions.All(s => s.Id != subscription))
        {
            state.State.Subscriptions.Add(new() { Id = subscription, Consumer = consumer.ToString() });
            await WriteAsync(state);
        }
    }

    public async Task Unregister(string provider, Guid subscription)
    {
        var state = await StateOf(provider);
        if (state.State.Subscriptions.RemoveAll(s => s.Id == subscription) > 0)
        {
            await WriteAsync(state);
        }
    }

    public async Task<List<PubSubSubscription>> GetSubscriptions(string provider) => (await StateOf(provider)).State.Subscriptions;

    private async Task<IPersistentState<PubSubState>> StateOf(string provider)
    {
        if (_state is null)
        {
            var storage = ServiceProvider.GetKeyedService<IGrainStorage>(provider)
                ?? PersistentStates.StorageFor(ServiceProvider, ProviderConstants.DEFAULT_PUBSUB_PROVIDER_NAME, GetType());
            var state = new StateStorageBridge<PubSubState>("pubSubGrainState", GrainContext, storage);
            await state.ReadStateAsync();
            _state = state;
        }

        return _state;
    }

    private static Task WriteAsync(IPersistentState<PubSubState> state) =>
        state.State.Subscriptions.Count == 0 ? state.ClearStateAsync() : state.WriteStateAsync();
}

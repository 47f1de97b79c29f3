using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers.Streams.Common;
using Orleans.Runtime;
using Orleans.Streams.Core;

namespace Orleans.Streams.Core
{
    /// <summary>A grain that wants to know of subscriptions it has no handler for yet.</summary>
    public interface IStreamSubscriptionObserver
    {
        /// <summary>Events of a subscription have come, and nothing handles them.</summary>
        Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory);
    }

    /// <summary>Makes the handle of a subscription.</summary>
    public interface IStreamSubscriptionHandleFactory
    {
        /// <summary>The stream.</summary>
        StreamId StreamId { get; }

        /// <summary>The provider.</summary>
        string ProviderName { get; }

        /// <summary>Makes the handle.</summary>
        StreamSubscriptionHandle<T> Create<T>();
    }
}

namespace Orleans.Streams
{
    /// <summary>What handles the events of subscriptions at one activation, or client.</summary>
    internal sealed class StreamConsumers(CallRuntime runtime, object? instance) : IGrainObserver
    {
        private readonly Dictionary<Guid, Func<StreamMessage, Task>> _handlers = [];
        private readonly Dictionary<Guid, Func<Exception, Task>> _errorHandlers = [];

        public static StreamConsumers Of(CallTarget target) => target switch
        {
            Activation activation => activation.StreamConsumers,
            _ => (StreamConsumers)target.InstanceFor(DeliveryMethod.Instance),
        };

        public void Attach<T>(Guid subscription, IAsyncObserver<T> observer) => Attach(
            subscription,
            async message =>
            {
                for (var i = 0; i < message.Count; i++)
                {
                    await observer.OnNextAsync((T)message[i]!, new EventSequenceToken(message.SequenceNumber, i));
                }
            },
            observer.OnErrorAsync);

        public void Attach<T>(Guid subscription, IAsyncBatchObserver<T> observer) => Attach(
            subscription,
            message =>
            {
                var items = new List<SequentialItem<T>>(message.Count);
                for (var i = 0; i < message.Count; i++)
                {
                    items.Add(new((T)message[i]!, new EventSequenceToken(message.SequenceNumber, i)));
                }

                return observer.OnNextAsync(items);
            },
            observer.OnErrorAsync);

        public void Detach(Guid subscription)
        {
            lock (_handlers)
            {
                _handlers.Remove(subscription);
                _errorHandlers.Remove(subscription);
            }
        }

        public async Task Deliver(StreamDelivery delivery)
        {
            var handler = Find(delivery.SubscriptionId);
            if (handler is null && instance is IStreamSubscriptionObserver observer
                && runtime.Services.GetKeyedService<IStreamProvider>(delivery.Provider) is MemoryStreamProvider provider)
            {
                await observer.OnSubscribed(new HandleFactory(provider, delivery.Message.Stream, delivery.SubscriptionId));
                handler = Find(delivery.SubscriptionId);
            }

            // No handler: the subscriber has not resumed its subscription. The event is not for anyone, then.
            if (handler is not null)
            {
                await handler(delivery.Message);
            }
        }

        public Task Fail(Guid subscription, Exception exception)
        {
            lock (_handlers)
            {
                return _errorHandlers.TryGetValue(subscription, out var handler) ? handler(exception) : Task.CompletedTask;
            }
        }

        private void Attach(Guid subscription, Func<StreamMessage, Task> handler, Func<Exception, Task> errorHandler)
        {
            lock (_handlers)
            {
                _handlers[subscription] = handler;
                _errorHandlers[subscription] = errorHandler;
            }
        }

        private Func<StreamMessage, Task>? Find(Guid subscription)
        {
            lock (_handlers)
            {
                return _handlers.GetValueOrDefault(subscription);
            }
        }

        private sealed class HandleFactory(MemoryStreamProvider provider, StreamId stream, Guid subscription) : IStreamSubscriptionHandleFactory
        {
            public StreamId StreamId => stream;

            public string ProviderName => provider.Name;

            public StreamSubscriptionHandle<T> Create<T>() => new MemoryStreamHandle<T>(provider, stream, subscription);
        }
    }
}

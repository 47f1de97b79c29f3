using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Pulls a silo's share of a provider's queues, and delivers to subscribers: in order for each, and apart from the others.</summary>
internal sealed class PullingAgent(Silo silo, string provider, int queues, StreamPullingAgentOptions options) : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly ConcurrentDictionary<(StreamId, Guid), Consumer> _consumers = new();
    private ITimer? _timer;
    private int _isPulling;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe<PullingAgent>(ServiceLifecycleStage.Active, Start, Stop);

    private Task Start(CancellationToken cancellationToken)
    {
        var period = options.GetQueueMsgsTimerPeriod;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = silo.TimeProvider.CreateTimer(static agent => _ = ((PullingAgent)agent!).Pull(), this, period, period);
        }

        return Task.CompletedTask;
    }

    private Task Stop(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    private async Task Pull()
    {
        if (Interlocked.Exchange(ref _isPulling, 1) == 1)
        {
            return;
        }

        try
        {
            foreach (var queue in silo.Cluster.Streams.QueuesOf(provider, queues).OwnedBy(silo).ToList())
            {
                foreach (var message in queue.Take())
                {
                    await Enqueue(message);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _isPulling, 0);
        }
    }

    private async Task Enqueue(StreamMessage message)
    {
        List<(Guid Subscription, GrainId Consumer)> subscriptions = [.. ImplicitSubscriptions.Of(message.Stream)];
        try
        {
            foreach (var explicitly in await PubSubOf(message.Stream).GetSubscriptions(provider))
            {
                subscriptions.Add((explicitly.Id, GrainId.Parse(explicitly.Consumer)));
            }
        }
        catch (Exception exception)
        {
            silo.Log.StreamDeliveryFailed(message.Stream, default, exception);
        }

        foreach (var (subscription, consumer) in subscriptions)
        {
            var key = (message.Stream, subscription);
            _consumers.GetOrAdd(key, _ => new Consumer(this, subscription, consumer)).Add(message);
        }
    }

    private IPubSubGrain PubSubOf(StreamId stream) => silo.Services.GetRequiredService<IGrainFactory>().GetGrain<IPubSubGrain>($"{provider}/{stream}");

    /// <summary>One subscription's messages on their way.</summary>
    private sealed class Consumer(PullingAgent agent, Guid subscription, GrainId id)
    {
        private readonly Queue<StreamMessage> _messages = new();
        private readonly GrainReference _reference = new(agent.SiloRuntime, id, typeof(IStreamConsumerExtension));
        private bool _isRunning;

        public void Add(StreamMessage message)
        {
            lock (_messages)
            {
                _messages.Enqueue(message);
                if (_isRunning)
                {
                    return;
                }

                _isRunning = true;
            }

            _ = Task.Run(Run);
        }

        private async Task Run()
        {
            while (true)
            {
                StreamMessage message;
                lock (_messages)
                {
                    if (!_messages.TryDequeue(out message!))
                    {
                        _isRunning = false;
                        return;
                    }
                }

                await Deliver(message);
            }
        }

        private async Task Deliver(StreamMessage message)
        {
            var giveUpAt = Environment.TickCount64 + (long)agent.DeliveryTime.TotalMilliseconds;
            for (var wait = TimeSpan.FromMilliseconds(100); ; wait = wait * 2 > TimeSpan.FromSeconds(5) ? TimeSpan.FromSeconds(5) : wait * 2)
            {
                try
                {
                    RequestContext.Current = message.RequestContext;
                    await _reference.CallTaskOf(DeliveryMethod.Instance, new StreamDelivery(message, subscription, agent.Provider), default);
                    return;
                }
                catch (ClientNotAvailableException)
                {
                    await Forget(message);
                    return;
                }
                catch (Exception) when (Environment.TickCount64 < giveUpAt && agent.SiloRuntime.IsAlive)
                {
                    await Task.Delay(wait, agent.SiloRuntime.TimeProvider);
                }
                catch (Exception exception)
                {
                    agent.SiloRuntime.Log.StreamDeliveryFailed(message.Stream, id, exception);
                    return;
                }
            }
        }

        /// <summary>The client has gone, and its subscription with it.</summary>
        private async Task Forget(StreamMessage message)
        {
            agent._consumers.TryRemove((message.Stream, subscription), out _);
            try
            {
                await agent.PubSubOf(message.Stream).Unregister(agent.Provider, subscription);
            }
            catch (Exception exception)
            {
                agent.SiloRuntime.Log.StreamDeliveryFailed(message.Stream, id, exception);
            }
        }
    }

    private Silo SiloRuntime => silo;

    private string Provider => provider;

    private TimeSpan DeliveryTime => options.MaxEventDeliveryTime;
}

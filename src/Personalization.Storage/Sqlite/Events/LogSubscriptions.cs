using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite.Events;

/// <summary>Who wants to hear of appended records.</summary>
internal sealed class LogSubscriptions(ILogger logger)
{
    private ImmutableArray<Subscription> _all = [];

    public IDisposable Add(Action<int, long> onAppended)
    {
        ArgumentNullException.ThrowIfNull(onAppended);
        var subscription = new Subscription(this, onAppended);
        ImmutableInterlocked.Update(ref _all, static (all, one) => all.Add(one), subscription);
        return subscription;
    }

    /// <summary>Tells everybody. On the writer's thread, which must survive whatever they do.</summary>
    public void Publish(int partition, long tail)
    {
        foreach (var subscription in _all)
        {
            try
            {
                subscription.OnAppended(partition, tail);
            }
            catch (Exception e)
            {
                StorageLog.SubscriberThrew(logger, e);
            }
        }
    }

    private sealed class Subscription(LogSubscriptions owner, Action<int, long> onAppended) : IDisposable
    {
        public Action<int, long> OnAppended { get; } = onAppended;

        public void Dispose() => ImmutableInterlocked.Update(ref owner._all, static (all, one) => all.Remove(one), this);
    }
}

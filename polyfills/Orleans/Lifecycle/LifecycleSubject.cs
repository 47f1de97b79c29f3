using Orleans.Runtime;

namespace Orleans;

/// <summary>Starts its observers stage by stage upwards, and stops downwards those whose stage was begun.</summary>
internal class LifecycleSubject : ILifecycleObservable
{
    private readonly List<Subscription> _subscriptions = [];
    private int? _highest;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        if (_highest >= stage)
        {
            throw new InvalidOperationException($"Lifecycle stage {stage} has already been started: {observerName} cannot take part in it any more.");
        }

        var subscription = new Subscription(this, observerName, stage, observer);
        lock (_subscriptions)
        {
            _subscriptions.Add(subscription);
        }

        return subscription;
    }

    public async Task OnStart(CancellationToken cancellationToken)
    {
        if (_highest is not null)
        {
            throw new InvalidOperationException("Lifecycle has already been started.");
        }

        foreach (var stage in ByStage())
        {
            if (cancellationToken.IsCancellationRequested)
            {
                throw new OrleansLifecycleCanceledException("Lifecycle start canceled by request");
            }

            _highest = stage.Key;
            await Task.WhenAll(stage.Select(s => Call(s.Observer.OnStart, cancellationToken)));
            OnStageStarted(stage.Key);
        }
    }

    public async Task OnStop(CancellationToken cancellationToken)
    {
        if (_highest is not { } highest)
        {
            return;
        }

        _highest = null;
        foreach (var stage in ByStage().Reverse().Where(s => s.Key <= highest))
        {
            try
            {
                await Task.WhenAll(stage.Select(s => Call(s.Observer.OnStop, cancellationToken)));
            }
            catch (Exception exception)
            {
                OnStopFailed(stage.Key, exception);
            }

            OnStageStopped(stage.Key);
        }
    }

    protected virtual void OnStageStarted(int stage)
    {
    }

    protected virtual void OnStageStopped(int stage)
    {
    }

    /// <summary>What cannot stop does not keep the rest from stopping.</summary>
    protected virtual void OnStopFailed(int stage, Exception exception)
    {
    }

    private IGrouping<int, Subscription>[] ByStage()
    {
        lock (_subscriptions)
        {
            return [.. _subscriptions.GroupBy(s => s.Stage).OrderBy(g => g.Key)];
        }
    }

    private static async Task Call(Func<CancellationToken, Task> function, CancellationToken cancellationToken) => await function(cancellationToken);

    private sealed class Subscription(LifecycleSubject owner, string name, int stage, ILifecycleObserver observer) : IDisposable
    {
        public int Stage => stage;

        public ILifecycleObserver Observer => observer;

        public void Dispose()
        {
            lock (owner._subscriptions)
            {
                owner._subscriptions.Remove(this);
            }
        }

        public override string ToString() => name;
    }
}

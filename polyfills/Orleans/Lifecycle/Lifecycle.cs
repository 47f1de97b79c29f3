namespace Orleans;

/// <summary>Something whose start and stop go through numbered stages that others take part in.</summary>
public interface ILifecycleObservable
{
    /// <summary>Takes part in a stage, until disposed.</summary>
    IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer);
}

/// <summary>Takes part in a stage.</summary>
public interface ILifecycleObserver
{
    /// <summary>The stage is reached on the way up.</summary>
    Task OnStart(CancellationToken cancellationToken = default);

    /// <summary>The stage is reached on the way down.</summary>
    Task OnStop(CancellationToken cancellationToken = default);
}

/// <summary>Subscribes itself to a lifecycle.</summary>
public interface ILifecycleParticipant<TLifecycleObservable>
    where TLifecycleObservable : ILifecycleObservable
{
    /// <summary>Subscribes itself.</summary>
    void Participate(TLifecycleObservable lifecycle);
}

/// <summary>Subscribing with functions.</summary>
public static class LifecycleExtensions
{
    private static readonly Func<CancellationToken, Task> s_nothing = static _ => Task.CompletedTask;

    /// <summary>Takes part in a stage with functions.</summary>
    public static IDisposable Subscribe(this ILifecycleObservable observable, string observerName, int stage, Func<CancellationToken, Task> onStart, Func<CancellationToken, Task>? onStop) =>
        observable.Subscribe(observerName, stage, new Observer(onStart, onStop ?? s_nothing));

    /// <summary>Takes part in a stage with a function.</summary>
    public static IDisposable Subscribe(this ILifecycleObservable observable, string observerName, int stage, Func<CancellationToken, Task> onStart) =>
        observable.Subscribe(observerName, stage, new Observer(onStart, s_nothing));

    /// <summary>Takes part in a stage with functions.</summary>
    public static IDisposable Subscribe<TObserver>(this ILifecycleObservable observable, int stage, Func<CancellationToken, Task> onStart, Func<CancellationToken, Task> onStop) =>
        observable.Subscribe(typeof(TObserver).FullName!, stage, new Observer(onStart, onStop));

    /// <summary>Takes part in a stage with a function.</summary>
    public static IDisposable Subscribe<TObserver>(this ILifecycleObservable observable, int stage, Func<CancellationToken, Task> onStart) =>
        observable.Subscribe(typeof(TObserver).FullName!, stage, new Observer(onStart, s_nothing));

    /// <summary>Takes part in a stage.</summary>
    public static IDisposable Subscribe<TObserver>(this ILifecycleObservable observable, int stage, ILifecycleObserver observer) =>
        observable.Subscribe(typeof(TObserver).FullName!, stage, observer);

    /// <summary>Takes part in a stage.</summary>
    public static IDisposable Subscribe(this ILifecycleObservable observable, int stage, ILifecycleObserver observer) =>
        observable.Subscribe(observer.GetType().FullName!, stage, observer);

    private sealed class Observer(Func<CancellationToken, Task> onStart, Func<CancellationToken, Task> onStop) : ILifecycleObserver
    {
        public Task OnStart(CancellationToken cancellationToken = default) => onStart(cancellationToken);

        public Task OnStop(CancellationToken cancellationToken = default) => onStop(cancellationToken);
    }
}

/// <summary>The stages of a host's life.</summary>
public static class ServiceLifecycleStage
{
    /// <summary>The first.</summary>
    public const int First = int.MinValue;

    /// <summary>The runtime itself.</summary>
    public const int RuntimeInitialize = 2_000;

    /// <summary>The runtime's services.</summary>
    public const int RuntimeServices = 4_000;

    /// <summary>Storage.</summary>
    public const int RuntimeStorageServices = 6_000;

    /// <summary>What grains need of the runtime.</summary>
    public const int RuntimeGrainServices = 8_000;

    /// <summary>After what grains need of the runtime.</summary>
    public const int AfterRuntimeGrainServices = 8_100;

    /// <summary>The application's services.</summary>
    public const int ApplicationServices = 10_000;

    /// <summary>The silo tries to reach the others.</summary>
    public const int ValidateInitialConnectivity = BecomeActive - 99;

    /// <summary>The silo takes its place among the others; on the way down it leaves.</summary>
    public const int BecomeActive = Active - 1;

    /// <summary>The silo takes calls.</summary>
    public const int Active = 20_000;

    /// <summary>The last.</summary>
    public const int Last = int.MaxValue;
}

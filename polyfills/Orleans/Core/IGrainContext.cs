using System.Diagnostics.CodeAnalysis;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>An activation, as the runtime sees it.</summary>
public interface IGrainContext : ITargetHolder, IEquatable<IGrainContext>
{
    /// <summary>A reference to the grain.</summary>
    GrainReference GrainReference { get; }

    /// <summary>The grain.</summary>
    GrainId GrainId { get; }

    /// <summary>The instance of the grain class, once it is made.</summary>
    object? GrainInstance { get; }

    /// <summary>The activation.</summary>
    ActivationId ActivationId { get; }

    /// <summary>Where it is.</summary>
    GrainAddress Address { get; }

    /// <summary>The services of the activation's scope.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>What begins and ends with the activation.</summary>
    IGrainLifecycle ObservableLifecycle { get; }

    /// <summary>Runs work in the activation's turns.</summary>
    IWorkItemScheduler Scheduler { get; }

    /// <summary>Completes when the activation has ended.</summary>
    Task Deactivated { get; }

    /// <summary>Keeps something with the activation, by type.</summary>
    void SetComponent<TComponent>(TComponent? value)
        where TComponent : class;

    /// <summary>Begins to end the activation.</summary>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
}

/// <summary>Extensions of <see cref="IGrainContext"/>.</summary>
public static class GrainContextExtensions
{
    /// <summary>Ends the activation and waits until it has.</summary>
    public static Task DeactivateAsync(this IGrainContext grainContext, DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        grainContext.Deactivate(deactivationReason, cancellationToken);
        return grainContext.Deactivated;
    }
}

/// <summary>Gives the activation whose turn runs on this thread.</summary>
public interface IGrainContextAccessor
{
    /// <summary>The activation whose turn runs on this thread.</summary>
    IGrainContext GrainContext { get; }
}

/// <summary>Runs work in the turns of one activation.</summary>
public interface IWorkItemScheduler
{
    /// <summary>Queues an action.</summary>
    void QueueAction(Action action);

    /// <summary>Queues an action with its state.</summary>
    void QueueAction(Action<object> action, object state);

    /// <summary>Queues an unstarted task.</summary>
    void QueueTask(Task task);
}

/// <summary>What begins and ends with an activation.</summary>
public interface IGrainLifecycle : ILifecycleObservable;

/// <summary>The stages of an activation's life.</summary>
public static class GrainLifecycleStage
{
    /// <summary>The first.</summary>
    public const int First = int.MinValue;

    /// <summary>Persistent state is read.</summary>
    public const int SetupState = 1_000;

    /// <summary><c>OnActivateAsync</c> and <c>OnDeactivateAsync</c>.</summary>
    public const int Activate = 2_000;

    /// <summary>The last.</summary>
    public const int Last = int.MaxValue;
}

/// <summary>The activation whose turn runs on this thread.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static IGrainContext? t_current;

    public static IGrainContext? Current => t_current;

    public static IGrainContext? Exchange(IGrainContext? next)
    {
        var previous = t_current;
        t_current = next;
        return previous;
    }
}

namespace Orleans.Runtime;

/// <summary>What a call is carried out on: an activation, or an object that observes.</summary>
internal abstract class CallTarget
{
    /// <summary>The runtime it lives in.</summary>
    public abstract CallRuntime Runtime { get; }

    /// <summary>The grain or observer.</summary>
    public abstract GrainId Id { get; }

    /// <summary>Whether the instance itself filters the calls to it.</summary>
    public virtual bool FiltersItself => false;

    /// <summary>Whether it went with its silo: nobody gets an answer from it any more.</summary>
    public virtual bool IsGone => false;

    /// <summary>The instance that has the method.</summary>
    public abstract object InstanceFor(GrainMethod method);

    /// <summary>Takes a call into its queue; false when it has ended, and another must be found.</summary>
    public abstract bool TryReceive(GrainCall call);

    /// <summary>A call has been carried out.</summary>
    public abstract void OnCompleted(GrainCall call, Exception? exception);

    /// <summary>Has something run in the target's turns.</summary>
    public abstract void Post(Action action);
}

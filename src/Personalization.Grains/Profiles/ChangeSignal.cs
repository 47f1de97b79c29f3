namespace Personalization.Grains.Profiles;

/// <summary>Wakes those who watch something when it changes. Belongs to one grain and runs in its turns.</summary>
internal sealed class ChangeSignal
{
    // Made when somebody asks: changes are many, and mostly nobody watches.
    private TaskCompletionSource? _next;

    /// <summary>Completed for good: there will be no more changes.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Completes at the next change.</summary>
    public Task Next => IsComplete ? Task.CompletedTask : (_next ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Something has changed.</summary>
    public void Raise()
    {
        var reached = _next;
        _next = null;
        reached?.TrySetResult();
    }

    /// <summary>Nothing will change any more.</summary>
    public void Complete()
    {
        IsComplete = true;
        Raise();
    }
}

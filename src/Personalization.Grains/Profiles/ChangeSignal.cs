namespace Personalization.Grains.Profiles;

/// <summary>Wakes those who watch something when it changes. Belongs to one grain and runs in its turns.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = New();

    /// <summary>Completed for good: there will be no more changes.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Completes at the next change.</summary>
    public Task Next => _next.Task;

    /// <summary>Something has changed.</summary>
    public void Raise()
    {
        if (!IsComplete)
        {
            var reached = _next;
            _next = New();
            reached.TrySetResult();
        }
    }

    /// <summary>Nothing will change any more.</summary>
    public void Complete()
    {
        IsComplete = true;
        _next.TrySetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

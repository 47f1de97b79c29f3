namespace Personalization.Grains.Ingestion;

/// <summary>Calls that wait for an offset to be applied. Belongs to one grain and runs in its turns.</summary>
internal sealed class OffsetWaiters
{
    // Made for the first that waits: there are as many of these as there are shoppers.
    private PriorityQueue<TaskCompletionSource, long>? _waiting;

    /// <summary>The lowest offset that is waited for, by those too who have given up meanwhile; the highest there is when none is.</summary>
    public long Lowest => _waiting is not null && _waiting.TryPeek(out _, out var awaited) ? awaited : long.MaxValue;

    /// <summary>Completes when the offset has been reached.</summary>
    public Task WaitAsync(long offset, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_waiting ??= new PriorityQueue<TaskCompletionSource, long>()).Enqueue(reached, offset);
        return reached.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets go who waited for an offset up to this one.</summary>
    public void Reach(long offset)
    {
        while (_waiting is not null && _waiting.TryPeek(out var reached, out var awaited) && awaited <= offset)
        {
            _waiting.Dequeue();
            reached.TrySetResult();
        }
    }

    /// <summary>The grain goes away: whoever waits tries again and meets the next activation.</summary>
    public void FailAll()
    {
        while (_waiting is not null && _waiting.TryDequeue(out var reached, out _))
        {
            reached.TrySetException(new OperationCanceledException("The grain was deactivated while the call waited."));
        }
    }
}

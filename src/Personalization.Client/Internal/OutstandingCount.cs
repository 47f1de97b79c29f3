namespace Personalization.Client.Internal;

/// <summary>Counts what is under way and tells when nothing is.</summary>
internal sealed class OutstandingCount
{
    private readonly Lock _lock = new();
    private long _count;
    private TaskCompletionSource? _zero;

    public void Increment()
    {
        lock (_lock)
        {
            _count++;
        }
    }

    public void Decrement()
    {
        TaskCompletionSource? zero = null;
        lock (_lock)
        {
            if (--_count == 0)
            {
                (zero, _zero) = (_zero, null);
            }
        }

        zero?.SetResult();
    }

    public Task WhenZero()
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                return Task.CompletedTask;
            }

            _zero ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _zero.Task;
        }
    }
}

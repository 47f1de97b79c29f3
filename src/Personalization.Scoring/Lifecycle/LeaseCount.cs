namespace Personalization.Scoring.Lifecycle;

/// <summary>
/// Counts who uses something, so that it can be let go when the last has left. Its owner is the first to use it: once the owner has
/// left and everybody else has, nobody gets in again.
/// </summary>
internal sealed class LeaseCount
{
    private readonly TaskCompletionSource _unused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _users = 1;
    private int _closed;

    /// <summary>Begins to use it; false when it is gone. Each success is followed by one <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        var users = Volatile.Read(ref _users);
        while (users > 0)
        {
            var before = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (before == users)
            {
                return true;
            }

            users = before;
        }

        return false;
    }

    /// <summary>Has used it.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _unused.TrySetResult();
        }
    }

    /// <summary>The owner leaves.</summary>
    /// <returns>Completes when everybody has left. Asking again is harmless.</returns>
    public Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            Leave();
        }

        return _unused.Task;
    }
}

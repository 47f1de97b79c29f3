namespace Personalization.Grains.Ingestion;

/// <summary>
/// Hands out a number of places in order of arrival, to some before the others. Safe for concurrent use.
/// </summary>
/// <param name="places">How many there are; at least 1.</param>
internal sealed class PlaceQueue(int places)
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _ahead = new();
    private readonly Queue<TaskCompletionSource> _behind = new();
    private int _free = places;

    /// <summary>Waits for a place; <see cref="Leave"/> gives it back.</summary>
    /// <param name="ahead">Comes before all who wait and are not ahead themselves.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task EnterAsync(bool ahead, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            // Whoever goes on does so in a turn of its own and not in that of who gave the place back.
            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (ahead ? _ahead : _behind).Enqueue(turn);
        }

        await using var givingUp = cancellationToken.UnsafeRegister(
            static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token), turn);
        await turn.Task;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            while (_ahead.TryDequeue(out var turn) || _behind.TryDequeue(out turn))
            {
                // Those that have given up are passed over.
                if (turn.TrySetResult())
                {
                    return;
                }
            }

            _free++;
        }
    }
}

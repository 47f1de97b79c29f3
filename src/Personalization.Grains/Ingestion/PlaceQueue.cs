namespace Personalization.Grains.Ingestion;

/// <summary>
/// Hands out room in order of arrival, to some before the others. Safe for concurrent use.
/// </summary>
/// <param name="room">How much there is; at least 1.</param>
internal sealed class PlaceQueue(int room)
{
    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _ahead = new();
    private readonly Queue<Waiting> _behind = new();
    private int _free = room;

    /// <summary>Waits for room; <see cref="Leave"/> gives it back.</summary>
    /// <param name="size">How much; at least 1, at most all there is: for more it waits for ever.</param>
    /// <param name="ahead">Comes before all who wait and are not ahead themselves.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task EnterAsync(int size, bool ahead, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        TaskCompletionSource turn;
        lock (_lock)
        {
            // Nobody who is small passes those who wait: they would never have their turn.
            if (_free >= size && _ahead.Count == 0 && (ahead || _behind.Count == 0))
            {
                _free -= size;
                return;
            }

            // Whoever goes on does so in a turn of its own and not in that of who gave the place back.
            turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (ahead ? _ahead : _behind).Enqueue(new(turn, size));
        }

        await using var givingUp = cancellationToken.UnsafeRegister(
            static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token), turn);
        await turn.Task;
    }

    /// <summary>Gives room back.</summary>
    /// <param name="size">How much.</param>
    public void Leave(int size)
    {
        lock (_lock)
        {
            _free += size;
            while ((_ahead.TryPeek(out var next) || _behind.TryPeek(out next)) && (next.Turn.Task.IsCompleted || next.Size <= _free))
            {
                (_ahead.Count > 0 ? _ahead : _behind).Dequeue();

                // Those that have given up are passed over.
                if (next.Turn.TrySetResult())
                {
                    _free -= next.Size;
                }
            }
        }
    }

    private readonly record struct Waiting(TaskCompletionSource Turn, int Size);
}

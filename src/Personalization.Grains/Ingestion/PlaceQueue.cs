namespace Personalization.Grains.Ingestion;

/// <summary>
/// Hands out a number of places in order of arrival, to some before the others. Safe for concurrent use.
/// </summary>
/// <param name="places">How many there are; at least 1.</param>
internal sealed class PlaceQueue(int places)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _ahead = new();
    private readonly LinkedList<Waiting> _behind = new();
    private int _free = places;

    /// <summary>Waits for a place; <see cref="Leave"/> gives it back.</summary>
    /// <param name="ahead">Comes before all who wait and are not ahead themselves.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task EnterAsync(bool ahead, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiting waiting;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return Task.CompletedTask;
            }

            waiting = new Waiting(ahead ? _ahead : _behind);
            waiting.Line.AddLast(waiting.Node);
        }

        return cancellationToken.CanBeCanceled ? WaitAsync(waiting, cancellationToken) : waiting.Turn.Task;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave()
    {
        Waiting? next;
        lock (_lock)
        {
            next = (_ahead.First ?? _behind.First)?.Value;
            if (next is null)
            {
                _free++;
                return;
            }

            next.Line.Remove(next.Node);
        }

        // Whoever goes on does so in a turn of its own and not in this one.
        next.Turn.SetResult();
    }

    private async Task WaitAsync(Waiting waiting, CancellationToken cancellationToken)
    {
        await using var givingUp = cancellationToken.UnsafeRegister((_, token) => GiveUp(waiting, token), null);
        await waiting.Turn.Task;
    }

    private void GiveUp(Waiting waiting, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (waiting.Node.List is null)
            {
                // It has a place already.
                return;
            }

            waiting.Line.Remove(waiting.Node);
        }

        waiting.Turn.SetCanceled(cancellationToken);
    }

    private sealed class Waiting
    {
        public Waiting(LinkedList<Waiting> line)
        {
            Line = line;
            Node = new LinkedListNode<Waiting>(this);
        }

        public LinkedList<Waiting> Line { get; }

        public LinkedListNode<Waiting> Node { get; }

        public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

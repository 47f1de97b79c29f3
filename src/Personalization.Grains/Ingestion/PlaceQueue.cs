namespace Personalization.Grains.Ingestion;

/// <summary>
/// Hands out room in order of arrival, to some before the others. Room that is given back may rest: until it has, only those
/// get it whom somebody waits for. Safe for concurrent use.
/// </summary>
/// <param name="room">How much there is; at least 1.</param>
/// <param name="time">The clock.</param>
internal sealed class PlaceQueue(int room, TimeProvider time)
{
    /// <summary>For how long somebody may be passed by those whom somebody waits for.</summary>
    public static readonly TimeSpan LongestPassed = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();

    // Those ahead first, each kind in order of arrival. As many as there are partitions, so looking through them costs little.
    private readonly List<Waiting> _waiting = [];
    private int _ahead;
    private int _free = room;
    private int _resting;

    /// <summary>Waits for room; <see cref="Leave"/> gives it back.</summary>
    /// <param name="size">How much; at least 1, at most all there is: for more it waits for ever.</param>
    /// <param name="ahead">Comes before all who wait and are not ahead themselves.</param>
    /// <param name="urgency">Says at any time whether somebody waits for it; then it comes before all others who have not been passed for long, and rest does not matter. Null: nobody ever does.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task EnterAsync(int size, bool ahead, FoldUrgency? urgency, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        TaskCompletionSource turn;
        lock (_lock)
        {
            turn = Enqueue(size, ahead, urgency);
            Admit();
        }

        if (turn.Task.IsCompletedSuccessfully)
        {
            return;
        }

        await using var givingUp = cancellationToken.UnsafeRegister(
            static (turn, token) => ((TaskCompletionSource)turn!).TrySetCanceled(token), turn);
        await turn.Task;
    }

    /// <summary>Gives room back.</summary>
    /// <param name="size">How much.</param>
    /// <param name="rests">Whether it is to rest, until <see cref="Rested"/>.</param>
    public void Leave(int size, bool rests)
    {
        lock (_lock)
        {
            _free += size;
            _resting += rests ? size : 0;
            Admit();
        }
    }

    /// <summary>Room that was given back has rested.</summary>
    /// <param name="size">How much.</param>
    public void Rested(int size)
    {
        lock (_lock)
        {
            _resting -= size;
            Admit();
        }
    }

    /// <summary>Somebody waits now for one who waits here.</summary>
    public void Hurry()
    {
        lock (_lock)
        {
            Admit();
        }
    }

    private TaskCompletionSource Enqueue(int size, bool ahead, FoldUrgency? urgency)
    {
        // Whoever goes on does so in a turn of its own and not in that of who gave the place back.
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Insert(ahead ? _ahead++ : _waiting.Count, new Waiting(turn, size, urgency, time.GetTimestamp()));
        return turn;
    }

    private void Admit()
    {
        while (Next() is var next and >= 0)
        {
            var (turn, size, _, _) = _waiting[next];
            _waiting.RemoveAt(next);
            _ahead -= next < _ahead ? 1 : 0;

            // Those that have given up are passed over.
            if (turn.TrySetResult())
            {
                _free -= size;
            }
        }
    }

    /// <summary>Who is to go on now, or has given up; -1 when all wait.</summary>
    private int Next()
    {
        if (_waiting.FindIndex(static w => w.Turn.Task.IsCompleted) is var gone and >= 0)
        {
            return gone;
        }

        if (_waiting.Count == 0)
        {
            return -1;
        }

        // Nobody who is small passes those who wait: they would never have their turn.
        var urgent = _waiting.FindIndex(static w => w.Urgency?.IsRaised == true);
        var mayFirst = _waiting[0].Size <= _free - _resting;
        if (urgent < 0 || (IsPassedForLong(_waiting[0]) && (mayFirst || _resting == 0)))
        {
            return mayFirst ? 0 : -1;
        }

        return _waiting[urgent].Size <= _free ? urgent : -1;
    }

    private bool IsPassedForLong(in Waiting first) => time.GetElapsedTime(first.Since) >= LongestPassed;

    private readonly record struct Waiting(TaskCompletionSource Turn, int Size, FoldUrgency? Urgency, long Since);
}

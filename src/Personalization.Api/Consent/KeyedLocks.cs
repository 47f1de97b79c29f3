namespace Personalization.Api.Consent;

/// <summary>One writer at a time for each key, in fixed memory: keys share 64 locks. May be held across awaits.</summary>
internal sealed class KeyedLocks
{
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 64).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for a key's turn.</summary>
    /// <returns>Ends the turn when disposed.</returns>
    public async ValueTask<Turn> EnterAsync(string key, CancellationToken cancellationToken)
    {
        var turn = _locks[(uint)key.GetHashCode() % _locks.Length];
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    /// <summary>A turn; disposing it ends it.</summary>
    internal readonly struct Turn(SemaphoreSlim held) : IDisposable
    {
        public void Dispose() => held.Release();
    }
}

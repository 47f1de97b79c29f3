namespace Personalization.Grains.Operations;

/// <summary>
/// The calls of this process that somebody waits for: events to be acknowledged, slates and decisions to be made. What nobody
/// waits for gives way to them. Safe for concurrent use.
/// </summary>
public sealed class WaitingCalls
{
    private int _count;

    /// <summary>Whether there are any.</summary>
    public bool Any => Volatile.Read(ref _count) > 0;

    /// <summary>A call begins.</summary>
    /// <returns>Ends it when it is disposed of, once.</returns>
    public Call Begin()
    {
        Interlocked.Increment(ref _count);
        return new Call(this);
    }

    /// <summary>A call.</summary>
    public readonly struct Call : IDisposable
    {
        private readonly WaitingCalls _calls;

        internal Call(WaitingCalls calls) => _calls = calls;

        /// <summary>Ends it.</summary>
        public void Dispose() => Interlocked.Decrement(ref _calls._count);
    }
}

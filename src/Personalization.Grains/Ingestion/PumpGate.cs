namespace Personalization.Grains.Ingestion;

/// <summary>
/// Lets only so many partitions of a silo fold at a time. All of them at once would not be faster, for the processors are
/// as many as they are, but whoever waits for an acknowledgement or a recommendation would stand behind all of them. While
/// a partition waits its log grows, and its next batch saves calls.
/// </summary>
/// <param name="slots">How many, at least 1.</param>
public sealed class PumpGate(int slots) : IDisposable
{
    private readonly SemaphoreSlim _free = new(slots);

    /// <summary>Waits for a place.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Gives the place back when it is disposed of, once.</returns>
    public async ValueTask<Place> EnterAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Place(_free);
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    /// <summary>A place.</summary>
    public readonly struct Place : IDisposable
    {
        private readonly SemaphoreSlim _free;

        internal Place(SemaphoreSlim free) => _free = free;

        /// <summary>Gives it back.</summary>
        public void Dispose() => _free.Release();
    }
}

namespace Personalization.Grains.Ingestion;

/// <summary>
/// Lets only so many partitions of a silo work at a time. All of them at once would not be faster, for the processors are
/// as many as they are, but whoever waits for an acknowledgement or a recommendation would stand behind all of them. While
/// a partition waits its log grows, and its next batch saves calls.
/// </summary>
/// <remarks>
/// Folding into users and passing on to products and policies have places of their own: a policy that is slow to take
/// must not keep users' events from their users.
/// </remarks>
/// <param name="places">How many may fold, and how many may pass on; at least 1.</param>
public sealed class PumpGate(int places) : IDisposable
{
    private readonly SemaphoreSlim _folding = new(places);
    private readonly SemaphoreSlim _passing = new(places);

    /// <summary>Waits for a place to fold into users.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Gives the place back when it is disposed of, once.</returns>
    public ValueTask<Place> EnterToFoldAsync(CancellationToken cancellationToken) => EnterAsync(_folding, cancellationToken);

    /// <summary>Waits for a place to pass on what was folded; as <see cref="EnterToFoldAsync"/>.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<Place> EnterToPassOnAsync(CancellationToken cancellationToken) => EnterAsync(_passing, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _folding.Dispose();
        _passing.Dispose();
    }

    private static async ValueTask<Place> EnterAsync(SemaphoreSlim free, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        return new Place(free);
    }

    /// <summary>A place.</summary>
    public readonly struct Place : IDisposable
    {
        private readonly SemaphoreSlim _free;

        internal Place(SemaphoreSlim free) => _free = free;

        /// <summary>Gives it back.</summary>
        public void Dispose() => _free.Release();
    }
}

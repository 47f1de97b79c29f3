namespace Personalization.Domain.Ingestion;

/// <summary>Lets go of the oldest records of a log.</summary>
public interface IEventLogRetention
{
    /// <summary>Removes records below an offset. Removes in whole blocks: some below it may stay a while.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="belowOffset">Records from this one on stay.</param>
    /// <param name="cancellationToken">Gives up waiting, not the removal.</param>
    /// <returns>The offset up to which the partition is removed now; 0 when nothing ever was.</returns>
    ValueTask<long> TrimAsync(int partition, long belowOffset, CancellationToken cancellationToken);
}

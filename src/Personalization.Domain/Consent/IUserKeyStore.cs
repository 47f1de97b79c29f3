using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Consent;

/// <summary>
/// The keys under which each user's events and states are encrypted. Destroying a key makes everything that was ever
/// written under it unreadable at once: erasure without rewriting the log.
/// </summary>
public interface IUserKeyStore
{
    /// <summary>
    /// Destroys a user's key for good. Records of the user stay in their places in the log with an empty body; states and
    /// documents of the user read as if they were not there. What the user does later is written under a new key. What is
    /// being written for the user at the same moment may be erased too.
    /// </summary>
    /// <returns>Whether there was a key.</returns>
    /// <exception cref="Storage.StorageUnavailableException">The store could not write; the key may still be there.</exception>
    ValueTask<bool> DestroyAsync(UserKey user, CancellationToken cancellationToken);
}

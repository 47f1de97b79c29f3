using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Storage;

/// <summary>
/// Small durable directories: named collections of keyed documents, in order of key. For what must be found again by
/// its key and is not folded from events: catalogue rows, consent records, identity aliases, recent replies.
/// </summary>
/// <remarks>
/// Keys order by their UTF-8 bytes. Every change is durable when it completes, and a batch is applied whole or not at all.
/// Collection names and keys are stored in the clear: they hold ids, never what someone said.
/// </remarks>
public interface IDocumentStore
{
    /// <summary>One document.</summary>
    /// <param name="collection">The collection, 1 to 64 characters.</param>
    /// <param name="key">The key, 1 to 512 characters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The document; null when there is none, it has expired, or its owner's key was destroyed.</returns>
    ValueTask<Document?> GetAsync(string collection, string key, CancellationToken cancellationToken);

    /// <summary>Documents in order of key.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="afterKey">Only keys greater than this one; empty for the first.</param>
    /// <param name="limit">At most so many, at least 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The documents. Fewer than <paramref name="limit"/> means that there are no more.</returns>
    ValueTask<IReadOnlyList<Document>> ScanAsync(string collection, string afterKey, int limit, CancellationToken cancellationToken);

    /// <summary>Writes documents, replacing those that are there, all or none.</summary>
    /// <exception cref="StorageUnavailableException">The store could not write.</exception>
    ValueTask PutAsync(string collection, IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken);

    /// <summary>Removes a document.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="StorageUnavailableException">The store could not write.</exception>
    ValueTask<bool> DeleteAsync(string collection, string key, CancellationToken cancellationToken);
}

/// <summary>A stored document.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Body">What was put.</param>
public readonly record struct Document(string Key, ReadOnlyMemory<byte> Body);

/// <summary>A document to write.</summary>
/// <param name="Key">Its key, 1 to 512 characters.</param>
/// <param name="Body">Its bytes.</param>
/// <param name="ExpiresAt">When it is gone by itself; null for never.</param>
/// <param name="Owner">
/// Whose data it is: it is encrypted under that user's key and is gone when the key is destroyed; null for data of no user.
/// </param>
public readonly record struct DocumentWrite(
    string Key, ReadOnlyMemory<byte> Body, DateTimeOffset? ExpiresAt = null, UserKey? Owner = null);

namespace Personalization.Domain.Storage;

/// <summary>The store could not write or read: the disk is full, failing or gone. What was asked for did not happen.</summary>
/// <param name="message">What failed.</param>
/// <param name="cause">The store's own error.</param>
public sealed class StorageUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

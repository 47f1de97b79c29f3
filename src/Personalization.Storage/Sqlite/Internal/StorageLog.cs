using Microsoft.Extensions.Logging;

namespace Personalization.Storage.Sqlite.Internal;

/// <summary>What the store says.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(1, LogLevel.Information, "Opened the store {Path}: {Partitions} partitions, {Durability}, {Uncompacted} records not compacted yet")]
    public static partial void Opened(ILogger logger, string path, int partitions, SqliteDurability durability, long uncompacted);

    [LoggerMessage(2, LogLevel.Information, "Closed the store {Path}")]
    public static partial void Closed(ILogger logger, string path);

    [LoggerMessage(3, LogLevel.Error, "The store cannot write; its callers are told, and every later write is a new attempt")]
    public static partial void WriteFailed(ILogger logger, Exception error);

    [LoggerMessage(4, LogLevel.Information, "The store can write again")]
    public static partial void WriteRecovered(ILogger logger);

    [LoggerMessage(5, LogLevel.Warning, "No master key is configured: made one in {KeyFile}. Whoever has that file and the store can read everything; without it nothing can be read. Keep it apart from backups of the store, or configure a key")]
    public static partial void MasterKeyMade(ILogger logger, string keyFile);

    [LoggerMessage(6, LogLevel.Warning, "No master key is configured: using the one in {KeyFile}, beside the data that it protects")]
    public static partial void MasterKeyBesideStore(ILogger logger, string keyFile);

    [LoggerMessage(7, LogLevel.Error, "A subscriber of the event log threw; it must not")]
    public static partial void SubscriberThrew(ILogger logger, Exception error);

    [LoggerMessage(8, LogLevel.Error, "The write-ahead log could not be moved into the store while closing; the next open does it")]
    public static partial void CheckpointFailed(ILogger logger, Exception error);

    [LoggerMessage(9, LogLevel.Error, "The dedup window of a partition is not complete: events repeated by their senders may be taken for new")]
    public static partial void DedupIncomplete(ILogger logger, Exception error);
}

using Microsoft.Extensions.Options;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Storage;
using Personalization.Storage.Sqlite;

namespace Personalization.Host.Operations;

/// <summary>What the embedded store promises, and whether it is well.</summary>
internal sealed class LogFacts(IOptions<SqliteStorageOptions> options, IEventLog log, IStorageHealth health)
{
    public TimeSpan DedupWindow => options.Value.DedupAge;

    public long DedupWindowEvents => (long)options.Value.DedupEntriesOf(log.PartitionCount) * log.PartitionCount;

    public string Durability => options.Value.Durability == SqliteDurability.Fsync ? "FSYNC" : "OS_BUFFERED";

    /// <summary>Why the store cannot take events; null when it can.</summary>
    public string? Fault => health.IsHealthy ? null : health.LastError ?? "unknown";
}

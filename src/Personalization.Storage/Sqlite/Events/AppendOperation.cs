using Personalization.Domain.Ingestion;
using Personalization.Storage.Sqlite.Encryption;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite.Events;

/// <summary>An entry that is ready to be appended: everything that can be done before its turn has been done.</summary>
internal readonly record struct PreparedEntry(
    int Partition, UserSecret Secret, UInt128 Digest, UInt128 Fingerprint, ReadOnlyMemory<byte> Sealed, ReadOnlyMemory<byte> Plain, bool IsQuiet);

/// <summary>One call's entries on their way into the log.</summary>
internal sealed class AppendOperation(EventAppender appender, AppendBacklog backlog, PreparedEntry[] entries, long bytes)
    : WriteOperation<AppendResult[]>
{
    /// <inheritdoc/>
    public override int Weight => entries.Length;

    /// <inheritdoc/>
    public override bool IsPatient { get; } = Array.TrueForAll(entries, static entry => entry.IsQuiet);

    /// <inheritdoc/>
    public override void Execute(Database database) => Result = appender.Append(database, entries);

    /// <inheritdoc/>
    public override void Complete()
    {
        backlog.Release(entries.Length, bytes);
        base.Complete();
    }

    /// <inheritdoc/>
    public override void Fail(Exception error)
    {
        backlog.Release(entries.Length, bytes);
        base.Fail(error);
    }
}

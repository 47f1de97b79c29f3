using Personalization.Domain.Ingestion;

namespace Personalization.Api.Tests.Fakes;

/// <summary>A log in memory with the dedup semantics of the real one.</summary>
internal sealed class MemoryEventLog(int partitionCount = Partitions.DefaultCount) : IEventLog
{
    private readonly Lock _lock = new();
    private readonly List<LogRecord>[] _partitions = [.. Enumerable.Range(0, partitionCount).Select(static _ => new List<LogRecord>())];
    private readonly Dictionary<(string User, string EventId), (UInt128 Fingerprint, LogPosition Position)> _seen = [];

    public int PartitionCount => partitionCount;

    public int PendingAppends => 0;

    /// <summary>How many calls of <see cref="AppendAsync"/> there were.</summary>
    public int Appends { get; private set; }

    /// <summary>Makes appends wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Makes the next appends fail.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Everything that was appended, in order of partition and offset.</summary>
    public IReadOnlyList<ShopperEvent> Events
    {
        get
        {
            lock (_lock)
            {
                return [.. _partitions.SelectMany(static p => p).Select(static r => EventCodec.Decode(r.Body.Span))];
            }
        }
    }

    public async ValueTask<AppendResult[]> AppendAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        AppendResult[] results;
        lock (_lock)
        {
            Appends++;
            if (Failure is { } failure)
            {
                throw failure;
            }

            results = [.. entries.Select(Append)];
        }

        await Gate.WaitAsync(cancellationToken);
        return results;
    }

    public ValueTask<IReadOnlyList<LogRecord>> ReadAsync(int partition, long afterOffset, int maxRecords, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<LogRecord>>([.. _partitions[partition].Skip((int)afterOffset).Take(maxRecords)]);
        }
    }

    public long Tail(int partition)
    {
        lock (_lock)
        {
            return _partitions[partition].Count;
        }
    }

    public IDisposable Subscribe(Action<int, long> onAppended) => throw new NotSupportedException("Nothing at the door subscribes.");

    private AppendResult Append(LogEntry entry)
    {
        var partition = Partitions.Of(entry.User, partitionCount);
        if (_seen.TryGetValue((entry.User.Value, entry.EventId), out var seen))
        {
            return seen.Fingerprint == entry.Fingerprint
                ? new AppendResult(AppendStatus.Duplicate, seen.Position)
                : new AppendResult(AppendStatus.IdReused, default);
        }

        _partitions[partition].Add(new LogRecord(_partitions[partition].Count + 1, entry.User, entry.Body.ToArray()));
        var position = new LogPosition(partition, _partitions[partition].Count);
        _seen.Add((entry.User.Value, entry.EventId), (entry.Fingerprint, position));
        return new AppendResult(AppendStatus.Accepted, position);
    }
}

using Personalization.Domain.Ingestion;

namespace Personalization.Api.Tests.Fakes;

/// <summary>Rejected events in memory.</summary>
internal sealed class MemoryRejectedStore : IRejectedEventStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, RejectedEvent> _events = [];
    private long _last;

    public IReadOnlyList<RejectedEvent> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _events.Values];
            }
        }
    }

    public ValueTask AddAsync(IReadOnlyList<RejectedEvent> events, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var one in events)
            {
                _events.Add(++_last, one);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<StoredRejectedEvent>> ListAsync(
        RejectedEventFilter filter, long beforeSequence, int maxEvents, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<StoredRejectedEvent>>([.. _events.Reverse()
                .Where(e => e.Key < beforeSequence)
                .Where(e => filter.Status is null || filter.Status == e.Value.Status)
                .Where(e => filter.Reason is null || filter.Reason == e.Value.Reason)
                .Take(maxEvents)
                .Select(static e => new StoredRejectedEvent(e.Key, e.Value))]);
        }
    }

    public ValueTask<IReadOnlyList<StoredRejectedEvent>> GetAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<StoredRejectedEvent>>(
                [.. sequences.Where(_events.ContainsKey).Select(s => new StoredRejectedEvent(s, _events[s]))]);
        }
    }

    public ValueTask RemoveAsync(IReadOnlyList<long> sequences, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var sequence in sequences)
            {
                _events.Remove(sequence);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<int> RemoveUserAsync(UserKey user, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var sequences = _events.Where(e => e.Value.User == user.Value).Select(static e => e.Key).ToArray();
            foreach (var sequence in sequences)
            {
                _events.Remove(sequence);
            }

            return ValueTask.FromResult(sequences.Length);
        }
    }
}

using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Rewards;

/// <summary>
/// The append-only record of decisions with their contexts, propensities and rewards: what off-policy evaluation and replay
/// of policies are computed from.
/// </summary>
public interface IDecisionLog
{
    /// <summary>
    /// Appends decisions, in the order given. Completes when they are durable; when too much is waiting already it waits
    /// for room, and never drops.
    /// </summary>
    /// <exception cref="Storage.StorageUnavailableException">The store could not write.</exception>
    ValueTask AppendAsync(IReadOnlyList<LoggedDecision> decisions, CancellationToken cancellationToken);

    /// <summary>Reads the decisions of a span of time, in the order they were appended. Those of erased users are left out.</summary>
    /// <param name="from">The first moment.</param>
    /// <param name="to">The first moment that is not part of it any more.</param>
    /// <param name="cancellationToken">Stops.</param>
    IAsyncEnumerable<LoggedDecision> ScanAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);

    /// <summary>Removes all decisions about a user for good.</summary>
    /// <returns>How many were removed.</returns>
    ValueTask<int> RemoveUserAsync(UserKey user, CancellationToken cancellationToken);

    /// <summary>Removes what was written before a moment. Removes in whole groups: some older decisions may stay a while.</summary>
    /// <returns>How many were removed.</returns>
    ValueTask<int> TrimAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>One line about a decision.</summary>
/// <param name="DecisionId">Its id.</param>
/// <param name="At">When the line was written, to the millisecond.</param>
/// <param name="User">For whom.</param>
/// <param name="Body">The line as whoever writes it encoded it.</param>
public readonly record struct LoggedDecision(string DecisionId, DateTimeOffset At, UserKey User, ReadOnlyMemory<byte> Body);

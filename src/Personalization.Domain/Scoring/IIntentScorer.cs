using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;

namespace Personalization.Domain.Scoring;

/// <summary>Reads out of a session's window how likely it is to end in a purchase.</summary>
public interface IIntentScorer
{
    /// <summary>Reads one window.</summary>
    /// <param name="question">The window.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    ValueTask<IntentAnswer> ReadIntentAsync(IntentQuestion question, CancellationToken cancellationToken);
}

/// <summary>A window to read.</summary>
/// <param name="User">Whose it is: keeps lanes fair between users.</param>
/// <param name="Window">As <see cref="IntentFeatures.Write"/> made it: <see cref="IntentFeatures.Count"/> numbers, NaN where one is missing.</param>
/// <param name="Lane">How urgent it is.</param>
/// <param name="Deadline">When an answer is of no use any more; null for none.</param>
public sealed record IntentQuestion(UserKey User, ImmutableArray<float> Window, ScoringLane Lane, DateTimeOffset? Deadline);

/// <summary>What was read.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Probability">Of a purchase in this session, calibrated, (0, 1), when <see cref="ScoringStatus.Scored"/>; 0 otherwise.</param>
/// <param name="ModelVersion"><c>name@version+hash</c>; empty unless scored.</param>
public readonly record struct IntentAnswer(ScoringStatus Status, double Probability, string ModelVersion)
{
    /// <summary>An answer without a reading.</summary>
    public static IntentAnswer Of(ScoringStatus status) => new(status, 0, string.Empty);
}

/// <summary>Knows no model.</summary>
public sealed class NoIntentScorer : IIntentScorer
{
    /// <inheritdoc/>
    public ValueTask<IntentAnswer> ReadIntentAsync(IntentQuestion question, CancellationToken cancellationToken) =>
        ValueTask.FromResult(IntentAnswer.Of(ScoringStatus.NoScorer));
}

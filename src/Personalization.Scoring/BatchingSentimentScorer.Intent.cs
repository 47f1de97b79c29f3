using Microsoft.Extensions.Logging;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Behaviour;

namespace Personalization.Scoring;

/// <summary>Reading intent out of what is done.</summary>
public sealed partial class BatchingSentimentScorer : IIntentScorer
{
    private readonly ServedBehaviourModel? _behaviour;

    /// <inheritdoc/>
    public async ValueTask<IntentAnswer> ReadIntentAsync(IntentQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var answer = _behaviour is null
            ? IntentAnswer.Of(ScoringStatus.NoScorer)
            : await _behaviour.AskAsync(question, cancellationToken).ConfigureAwait(false);
        _metrics.Item("intent", answer.Status);
        return answer;
    }

    [LoggerMessage(LogLevel.Warning, "There is no behaviour model at {Path}: purchase intent is told by rule.")]
    private partial void LogIntentByRule(string path);
}

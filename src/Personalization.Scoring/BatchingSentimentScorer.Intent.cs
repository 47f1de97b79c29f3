using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring;

/// <summary>Reading intent out of what is done.</summary>
public sealed partial class BatchingSentimentScorer : IIntentScorer
{
    /// <inheritdoc/>
    public async ValueTask<IntentAnswer> ReadIntentAsync(IntentQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(question);
        var answer = Models.Behaviour.Router.IsServing
            ? await AskBehaviourAsync(question, cancellationToken).ConfigureAwait(false)
            : IntentAnswer.Of(ScoringStatus.NoScorer);
        _metrics.Item("intent", answer.Status);
        return answer;
    }

    private async ValueTask<IntentAnswer> AskBehaviourAsync(IntentQuestion question, CancellationToken cancellationToken)
    {
        var item = new BatchItem<ImmutableArray<float>>(
            question.Window, (int)question.Lane, StableHash.Of(question.User.Value), question.Deadline);
        var said = (await Models.Behaviour.Router.AskAsync(new[] { item }, cancellationToken).ConfigureAwait(false))[0];
        return said.Status == ScoringStatus.Scored
            ? new IntentAnswer(said.Status, said.Answer.Probability, said.Answer.ModelVersion)
            : IntentAnswer.Of(said.Status);
    }
}

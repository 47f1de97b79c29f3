using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Behaviour;

/// <summary>The model of purchase intent at work.</summary>
internal sealed class ServedBehaviourModel(BehaviourModel model, ServingSetup setup)
    : BatchedModel<ImmutableArray<float>, float>(model.Onnx, () => new BehaviourBatchRunner(model), setup)
{
    /// <summary>Asks the model about one window.</summary>
    public async ValueTask<IntentAnswer> AskAsync(IntentQuestion question, CancellationToken cancellationToken)
    {
        var item = new BatchItem<ImmutableArray<float>>(
            question.Window, (int)question.Lane, StableHash.Of(question.User.Value), question.Deadline);
        var said = (await SubmitAsync([item], cancellationToken).ConfigureAwait(false))[0];
        var status = StatusOf(in said);
        if (status == ScoringStatus.Scored && said.Output is not (> 0 and < 1))
        {
            status = Failed(new InvalidOperationException($"{Version} gave {said.Output} for a probability."));
        }

        return status == ScoringStatus.Scored ? new IntentAnswer(status, said.Output, Version) : IntentAnswer.Of(status);
    }
}

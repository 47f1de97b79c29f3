using System.Collections.Immutable;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Behaviour;

/// <summary>The model of purchase intent at work.</summary>
internal sealed class ServedBehaviourModel(BehaviourModel model, ServingSetup setup)
    : DirectModel<ImmutableArray<float>, float, IntentReading>(model.Version, () => new BehaviourBatchRunner(model), setup)
{
    /// <inheritdoc/>
    protected override IntentReading Read(ImmutableArray<float> input, float said) =>
        said is > 0 and < 1
            ? new IntentReading(said, Version)
            : throw new InvalidOperationException($"{Version} gave {said} for a probability.");
}

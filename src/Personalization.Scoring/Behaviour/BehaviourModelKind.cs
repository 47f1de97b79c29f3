using System.Collections.Immutable;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Lifecycle;

namespace Personalization.Scoring.Behaviour;

/// <summary>What versions of the model of purchase intent have in common.</summary>
internal static class BehaviourModelKind
{
    /// <summary>How versions are loaded and compared.</summary>
    public static ModelKind<ImmutableArray<float>, IntentReading> Of(ScoringOptions options) => new(
        ModelNames.Behaviour,
        path => Load(path, options),
        [new BatchItem<ImmutableArray<float>>(
            [.. Enumerable.Repeat(float.NaN, IntentFeatures.Count)], (int)ScoringLane.Review, Owner: 0, Deadline: null)],
        static reading => new Impression(reading.Probability, 0, reading.Probability >= 0.5f ? 1 : 0));

    private static LoadedModel<ImmutableArray<float>, IntentReading> Load(string path, ScoringOptions options)
    {
        var model = BehaviourModel.Load(path, options.IntraOpThreads);
        return new(model.Version, model.Onnx.Device, model, setup => new ServedBehaviourModel(model, setup));
    }
}

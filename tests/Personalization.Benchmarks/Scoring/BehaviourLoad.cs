using System.Collections.Immutable;
using Personalization.Domain.Profiles;
using Personalization.LoadTest.Measuring;
using Personalization.Scoring;
using Personalization.Scoring.Behaviour;
using Personalization.Scoring.Onnx;

namespace Personalization.Benchmarks.Scoring;

/// <summary>Made-up windows of clicks, some of their numbers unknown.</summary>
internal sealed class BehaviourLoad : ModelLoad<ImmutableArray<float>, float>
{
    private const int Windows = 2048;

    private readonly BehaviourModel _model;

    private BehaviourLoad(BehaviourModel model, int seed)
        : base(model.Onnx, () => new BehaviourBatchRunner(model), Made(seed)) => _model = model;

    public static BehaviourLoad Load(int seed)
    {
        var options = new ScoringOptions();
        return new BehaviourLoad(BehaviourModel.Load(options.FullBehaviourModelPath, options.IntraOpThreads), seed);
    }

    public override BareSession Bare(int batch) =>
        new(_model.Onnx, [BehaviourModel.Input], [BehaviourModel.Output], Inputs.Chunk(batch).Select(Lay));

    private static LaidBatch Lay(ImmutableArray<float>[] windows)
    {
        float[] numbers = [.. windows.SelectMany(static window => window)];
        return new LaidBatch([Tensors.Over(numbers, numbers.Length, [windows.Length, IntentFeatures.Count])], windows.Length);
    }

    private static ImmutableArray<float>[] Made(int seed) => [.. Enumerable.Range(0, Windows).Select(n =>
    {
        var rng = Rng.For(seed, "windows", n);
        float[] window =
        [
            rng.Next(60), 30 * (float)rng.NextDouble(), rng.Next(10), 5 * (float)rng.NextDouble(),
            rng.Next(2), 1 + rng.Next(12), rng.Next(2), rng.Next(2),
        ];
        window[rng.Next(window.Length)] = float.NaN;
        return window.ToImmutableArray();
    })];
}

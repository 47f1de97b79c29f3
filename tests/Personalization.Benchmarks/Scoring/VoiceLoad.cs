using Personalization.Domain.Scoring.Voice;
using Personalization.LoadTest.Measuring;
using Personalization.Scoring;
using Personalization.Scoring.Onnx;
using Personalization.Scoring.Voice;

namespace Personalization.Benchmarks.Scoring;

/// <summary>Made-up functionals of voice segments: what the network costs does not depend on them.</summary>
internal sealed class VoiceLoad : ModelLoad<VoiceJob, VoiceReading>
{
    private const int Segments = 2048;

    private readonly VoiceModel _model;

    private VoiceLoad(VoiceModel model, int seed)
        : base(model.Onnx, () => new VoiceBatchRunner(model), Jobs(seed)) => _model = model;

    public static VoiceLoad Load(ScoringDevice device, int seed)
    {
        var options = new ScoringOptions();
        return new VoiceLoad(VoiceModel.Load(options.FullVoiceModelPath, device, options.IntraOpThreads), seed);
    }

    public override BareSession Bare(int batch) =>
        new(_model.Onnx, VoiceModel.Inputs, VoiceModel.Outputs, Inputs.Chunk(batch).Select(Lay));

    private static LaidBatch Lay(VoiceJob[] jobs)
    {
        float[] features = [.. jobs.SelectMany(static job => job.Functionals).Select(static value => (float)value)];
        long[] shape = [jobs.Length, VoiceFunctionals.Count];
        return new LaidBatch(
            [
                Tensors.Over(features, features.Length, shape),
                Tensors.Over(new float[features.Length], features.Length, shape),
                Tensors.Over(new float[jobs.Length], jobs.Length, [jobs.Length]),
            ],
            jobs.Length);
    }

    private static VoiceJob[] Jobs(int seed) => [.. Enumerable.Range(0, Segments).Select(n =>
    {
        var rng = Rng.For(seed, "segments", n);
        return new VoiceJob([.. Enumerable.Range(0, VoiceFunctionals.Count).Select(_ => (Half)((4 * rng.NextDouble()) - 2))], 1, [], 0);
    })];
}

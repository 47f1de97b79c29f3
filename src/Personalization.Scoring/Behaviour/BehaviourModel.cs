using Personalization.Domain.Profiles;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Behaviour;

/// <summary>A loaded model of purchase intent. Safe for threads; each worker takes its own runner.</summary>
internal sealed class BehaviourModel : IDisposable
{
    public const string Input = "window";
    public const string Output = "intent";

    private BehaviourModel(OnnxModel onnx)
    {
        onnx.NeedsInput(Input, typeof(float), 2);
        onnx.NeedsOutput(Output, typeof(float), 1);
        var features = onnx.Read<string[]>("features");
        if (!features.SequenceEqual(IntentFeatures.Names, StringComparer.Ordinal))
        {
            throw new InvalidModelException(
                onnx.Path, $"it reads {string.Join(", ", features)}; this version has {string.Join(", ", IntentFeatures.Names)}.");
        }

        Onnx = onnx;
        Version = onnx.Version;
    }

    /// <summary>The session and its metadata.</summary>
    public OnnxModel Onnx { get; }

    /// <summary><c>name@version+hash</c>.</summary>
    public string Version { get; }

    /// <summary>Loads a model. It runs on the processor: trees of this size gain nothing elsewhere.</summary>
    /// <exception cref="InvalidModelException">The file is missing, damaged, or no behaviour model that this version can serve.</exception>
    public static BehaviourModel Load(string path, int intraOpThreads) =>
        OnnxModel.Load(path, ScoringDevice.Cpu, intraOpThreads, gpuMemoryLimitMiB: 0, static onnx => new BehaviourModel(onnx));

    public void Dispose() => Onnx.Dispose();
}

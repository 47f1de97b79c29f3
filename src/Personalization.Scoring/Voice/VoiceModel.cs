using Personalization.Domain.Scoring.Voice;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Voice;

/// <summary>A loaded voice model: a session, and what its metadata say about it. Safe for threads; each worker takes its own runner.</summary>
internal sealed class VoiceModel : IDisposable
{
    public static readonly string[] Inputs = ["features", "baseline", "baseline_weight"];
    public static readonly string[] Outputs = ["arousal", "valence", "familiarity"];

    private VoiceModel(OnnxModel onnx)
    {
        CheckShape(onnx);
        Onnx = onnx;
        Version = onnx.Version;
        ConfidenceCap = onnx.Read<float>("confidence_cap");
        var layout = onnx.Read<byte>("layout");
        var features = onnx.Read<string[]>("features");
        if (layout != VoiceFunctionals.Layout || !features.AsSpan().SequenceEqual(VoiceFunctionals.Names.AsSpan()))
        {
            throw new InvalidModelException(
                onnx.Path, $"it reads layout {layout} with {features.Length} features; layout {VoiceFunctionals.Layout} with {VoiceFunctionals.Count} is measured.");
        }
    }

    /// <summary>The session and its metadata.</summary>
    public OnnxModel Onnx { get; }

    /// <summary><c>name@version+hash</c>.</summary>
    public string Version { get; }

    /// <summary>The share of the probabilities that is believed outside the data that they were calibrated on.</summary>
    public float ConfidenceCap { get; }

    /// <summary>Loads a model.</summary>
    /// <exception cref="InvalidModelException">The file is missing, damaged, or no voice model that this version can serve.</exception>
    public static VoiceModel Load(string path, ScoringDevice device, int intraOpThreads, int gpuMemoryLimitMiB = 0) =>
        OnnxModel.Load(path, device, intraOpThreads, gpuMemoryLimitMiB, static onnx => new VoiceModel(onnx));

    public void Dispose() => Onnx.Dispose();

    private static void CheckShape(OnnxModel onnx)
    {
        foreach (var input in Inputs)
        {
            onnx.NeedsInput(input, typeof(float), input == "baseline_weight" ? 1 : 2);
        }

        foreach (var output in Outputs)
        {
            onnx.NeedsOutput(output, typeof(float), output == "valence" ? 2 : 1);
        }
    }
}

using Personalization.Domain.Scoring;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Face;

/// <summary>A loaded face model: grey pictures in, calibrated probabilities out. Safe for threads; each worker takes its own runner.</summary>
internal sealed class FaceModel : IDisposable
{
    public const string FacesInput = "faces";
    public static readonly string[] Outputs = ["labels", "emotions"];

    private const string NoFaceLabel = "not-a-face";

    private FaceModel(OnnxModel onnx)
    {
        onnx.NeedsInput(FacesInput, typeof(float), 4);
        foreach (var output in Outputs)
        {
            onnx.NeedsOutput(output, typeof(float), 2);
        }

        Onnx = onnx;
        Version = onnx.Version;
        Side = onnx.Read<int>("side");
        if (Side is < 1 or > FaceCrop.MinSide)
        {
            throw new InvalidModelException(onnx.Path, $"it reads pictures of {Side} pixels a side; 1 to {FaceCrop.MinSide} are wanted, so that none is enlarged.");
        }

        var labels = onnx.Read<string[]>("labels");
        Labels = labels.Length;
        NoFace = Array.IndexOf(labels, NoFaceLabel);
        if (NoFace < 0 || !Wide(onnx, "labels", Labels) || !Wide(onnx, "emotions", EmotionDistribution.Count))
        {
            throw new InvalidModelException(
                onnx.Path, $"it must tell {EmotionDistribution.Count} emotions apart, and '{NoFaceLabel}' among its labels.");
        }
    }

    /// <summary>The session and its metadata.</summary>
    public OnnxModel Onnx { get; }

    /// <summary><c>name@version+hash</c>.</summary>
    public string Version { get; }

    /// <summary>The side of the pictures that it reads, in pixels.</summary>
    public int Side { get; }

    /// <summary>How many labels it tells apart.</summary>
    public int Labels { get; }

    /// <summary>Which of them says that there is no face.</summary>
    public int NoFace { get; }

    /// <summary>Loads a model.</summary>
    /// <exception cref="InvalidModelException">The file is missing, damaged, or no face model that this version can serve.</exception>
    public static FaceModel Load(string path, ScoringDevice device, int intraOpThreads, int gpuMemoryLimitMiB = 0) =>
        OnnxModel.Load(path, device, intraOpThreads, gpuMemoryLimitMiB, static onnx => new FaceModel(onnx));

    public void Dispose() => Onnx.Dispose();

    private static bool Wide(OnnxModel onnx, string output, int columns) => onnx.Session.OutputMetadata[output].Dimensions[1] == columns;
}

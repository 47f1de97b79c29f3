using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring;

/// <summary>How payloads are scored. Section <c>Scoring</c> of the configuration.</summary>
public sealed class ScoringOptions
{
    /// <summary>The text model's file; a relative path starts at the program's folder.</summary>
    public string TextModelPath { get; set; } = Path.Combine("models", "text", "text.onnx");

    /// <summary>The face model's file; a relative path starts at the program's folder.</summary>
    public string FaceModelPath { get; set; } = Path.Combine("models", "face", "face.onnx");

    /// <summary>The voice model's file; a relative path starts at the program's folder.</summary>
    public string VoiceModelPath { get; set; } = Path.Combine("models", "voice", "voice.onnx");

    /// <summary>The file of the model of purchase intent; a relative path starts at the program's folder.</summary>
    public string BehaviourModelPath { get; set; } = Path.Combine("models", "behaviour", "behaviour.onnx");

    /// <summary>
    /// Whether to start without a model when its file is missing, which is logged at start. Without the text model words are
    /// answered <see cref="Domain.Scoring.ScoringStatus.NoScorer"/>, and so is intent without its model; without the face model
    /// pictures of faces are not looked at, and the events that brought them say so. Everything else is scored by rules.
    /// </summary>
    public bool AllowRulesOnly { get; set; }

    /// <summary>On what models run.</summary>
    public ScoringDevice Device { get; set; }

    /// <summary>
    /// The most memory that each model's session takes of a CUDA device, in MiB, 1 to 1,048,576; 0: as much as there is.
    /// </summary>
    public int GpuMemoryLimitMiB { get; set; }

    /// <summary>Threads within one run of a model, 1 to 256. Workers are the better use of cores unless batches are rare and large.</summary>
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>The longest text that is read, in UTF-16 units, 1 to 1,000,000; a longer one is answered as unreadable, never cut.</summary>
    public int MaxTextCharacters { get; set; } = 20_000;

    /// <summary>Versions that are loaded at start beside the live ones of the paths above.</summary>
    public List<ModelVersionOptions> Versions { get; set; } = [];

    /// <summary>
    /// The folder below which files of models may be loaded while the process runs; a relative path starts at the program's folder.
    /// </summary>
    public string ModelsDirectory { get; set; } = "models";

    /// <summary>How many versions of each model may be loaded at the same time, 1 to 32: each takes memory.</summary>
    public int MaxVersions { get; set; } = 4;

    /// <summary>How many inputs may wait for a shadow version, 1 to 65,536; what comes beyond it is not shown, and counted.</summary>
    public int ShadowQueueBound { get; set; } = 256;

    /// <summary>How texts are gathered into batches.</summary>
    public BatcherOptions Batching { get; set; } = new() { Workers = Math.Max(1, Environment.ProcessorCount / 2) };

    /// <summary><see cref="ModelsDirectory"/>, whole.</summary>
    internal string FullModelsDirectory => Whole(ModelsDirectory);

    /// <summary><see cref="TextModelPath"/>, whole.</summary>
    internal string FullTextModelPath => Whole(TextModelPath);

    /// <summary><see cref="BehaviourModelPath"/>, whole.</summary>
    internal string FullBehaviourModelPath => Whole(BehaviourModelPath);

    /// <summary><see cref="VoiceModelPath"/>, whole.</summary>
    internal string FullVoiceModelPath => Whole(VoiceModelPath);

    /// <summary><see cref="FaceModelPath"/>, whole.</summary>
    internal string FullFaceModelPath => Whole(FaceModelPath);

    /// <summary>A model's path, whole: a relative one starts at the program's folder.</summary>
    internal static string Whole(string path) => Path.Combine(AppContext.BaseDirectory, path);
}

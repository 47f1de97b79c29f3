using Personalization.Domain.Scoring;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Text;

/// <summary>A loaded text model: a session, and what its metadata say about it. Safe for threads; each worker takes its own runner.</summary>
internal sealed class TextModel : IDisposable
{
    public const string WordsInput = "words";
    public const string SubwordsInput = "subwords";
    public static readonly string[] Outputs = ["polarity", "valence", "arousal", "emotions", "irony", "labels"];

    private TextModel(OnnxModel onnx)
    {
        CheckShape(onnx);
        Onnx = onnx;
        Version = onnx.Version;
        Window = onnx.Read<int>("window");
        SarcasmThreshold = onnx.Read<float>("sarcasm_flag");
        Tokenizer = new TextTokenizer(onnx.Read<TokenizerParameters>("tokenizer"), onnx.Metadata["words"].Split('\n'));
        Aspects = new AspectLexicon(Tokenizer);
    }

    /// <summary>The session and its metadata.</summary>
    public OnnxModel Onnx { get; }

    /// <summary><c>name@version+hash</c>.</summary>
    public string Version { get; }

    /// <summary>The most tokens that are read at once.</summary>
    public int Window { get; }

    /// <summary>From which <see cref="TextReading.Irony"/> on a text is flagged.</summary>
    public float SarcasmThreshold { get; }

    public TextTokenizer Tokenizer { get; }

    public AspectLexicon Aspects { get; }

    /// <summary>Loads a model.</summary>
    /// <exception cref="InvalidModelException">The file is missing, damaged, or no text model that this version can serve.</exception>
    public static TextModel Load(string path, ScoringDevice device, int intraOpThreads, int gpuMemoryLimitMiB = 0) =>
        OnnxModel.Load(path, device, intraOpThreads, gpuMemoryLimitMiB, static onnx => new TextModel(onnx));

    public void Dispose() => Onnx.Dispose();

    private static void CheckShape(OnnxModel onnx)
    {
        onnx.NeedsInput(WordsInput, typeof(int), 2);
        onnx.NeedsInput(SubwordsInput, typeof(int), 3);
        foreach (var output in Outputs)
        {
            onnx.NeedsOutput(output, typeof(float), output is "polarity" or "emotions" or "labels" ? 2 : 1);
        }

        if (onnx.Session.OutputMetadata["emotions"].Dimensions[1] is var wide && wide != EmotionDistribution.Count && wide > 0)
        {
            throw new InvalidModelException(onnx.Path, $"it tells {wide} emotions apart; {EmotionDistribution.Count} are wanted.");
        }

        if (!onnx.Read<string[]>("labels").AsSpan().SequenceEqual(FineEmotions.Names.AsSpan()))
        {
            throw new InvalidModelException(onnx.Path, $"its labels are not the {FineEmotions.Count} of GoEmotions in their order.");
        }
    }
}

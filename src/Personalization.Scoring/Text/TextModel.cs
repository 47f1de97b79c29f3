using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Text;

/// <summary>A loaded text model: a session, and what its metadata say about it. Safe for threads; each worker takes its own runner.</summary>
internal sealed class TextModel : IDisposable
{
    public const string WordsInput = "words";
    public const string SubwordsInput = "subwords";
    public static readonly string[] Outputs = ["polarity", "valence", "arousal", "emotions", "irony"];

    private TextModel(InferenceSession session, string device, Dictionary<string, string> metadata)
    {
        Session = session;
        Device = device;
        Hash = metadata["content_sha256"];
        Version = $"{metadata["name"]}@{metadata["version"]}+{Hash[..8]}";
        Window = JsonSerializer.Deserialize<int>(metadata["window"]);
        SarcasmThreshold = JsonSerializer.Deserialize<float>(metadata["sarcasm_flag"]);
        var parameters = JsonSerializer.Deserialize<TokenizerParameters>(metadata["tokenizer"])
            ?? throw new JsonException("the tokenizer's parameters are null");
        Tokenizer = new TextTokenizer(parameters, metadata["words"].Split('\n'));
        Aspects = new AspectLexicon(Tokenizer);
    }

    public InferenceSession Session { get; }

    /// <summary>What it runs on.</summary>
    public string Device { get; }

    /// <summary>The SHA-256 of the file, checked.</summary>
    public string Hash { get; }

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
    public static TextModel Load(string path, ScoringDevice device, int intraOpThreads)
    {
        if (!File.Exists(path))
        {
            throw new InvalidModelException(path, "there is no such file.");
        }

        InferenceSession? session = null;
        try
        {
            var file = File.ReadAllBytes(path);
            (session, var name) = OnnxSessions.Open(file, device, intraOpThreads);
            CheckShape(session, path);
            var metadata = session.ModelMetadata.CustomMetadataMap;
            if (!metadata.TryGetValue("content_sha256", out var hash) || !ContentHash.Matches(file, hash))
            {
                throw new InvalidModelException(path, "its content does not have the hash in its metadata: it was damaged or changed.");
            }

            return new TextModel(session, name, metadata);
        }
        catch (Exception error) when (error is OnnxRuntimeException or EntryPointNotFoundException
            or JsonException or KeyNotFoundException or NotSupportedException)
        {
            session?.Dispose();
            throw new InvalidModelException(path, error.Message, error);
        }
        catch
        {
            session?.Dispose();
            throw;
        }
    }

    public void Dispose() => Session.Dispose();

    private static void CheckShape(InferenceSession session, string path)
    {
        Check(session.InputMetadata, WordsInput, typeof(int), 2);
        Check(session.InputMetadata, SubwordsInput, typeof(int), 3);
        foreach (var output in Outputs)
        {
            Check(session.OutputMetadata, output, typeof(float), output is "polarity" or "emotions" ? 2 : 1);
        }

        if (session.OutputMetadata["emotions"].Dimensions[1] is var wide && wide != EmotionDistribution.Count && wide > 0)
        {
            throw new InvalidModelException(path, $"it tells {wide} emotions apart; {EmotionDistribution.Count} are wanted.");
        }

        void Check(IReadOnlyDictionary<string, NodeMetadata> nodes, string name, Type type, int rank)
        {
            if (!nodes.TryGetValue(name, out var node) || node.ElementType != type || node.Dimensions.Length != rank)
            {
                throw new InvalidModelException(path, $"it has no '{name}' of type {type.Name} with {rank} dimensions.");
            }
        }
    }
}

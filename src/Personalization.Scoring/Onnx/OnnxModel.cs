using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace Personalization.Scoring.Onnx;

/// <summary>A loaded model file: a session, and what its metadata say about it. Safe for threads; the buffers are the runner's.</summary>
internal sealed class OnnxModel : IDisposable
{
    private OnnxModel(string path, InferenceSession session, string device)
    {
        Path = path;
        Session = session;
        Device = device;
        Metadata = session.ModelMetadata.CustomMetadataMap;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    public InferenceSession Session { get; }

    /// <summary>What it runs on.</summary>
    public string Device { get; }

    /// <summary>What the trainer wrote beside the network: labels, calibration, parameters, hash.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The SHA-256 of the file, checked.</summary>
    public string Hash => Metadata["content_sha256"];

    /// <summary><c>name@version+hash</c>.</summary>
    public string Version => $"{Metadata["name"]}@{Metadata["version"]}+{Hash[..8]}";

    /// <summary>Loads a file and makes of it what serves it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">On what to run.</param>
    /// <param name="intraOpThreads">Threads within one run.</param>
    /// <param name="gpuMemoryLimitMiB">The most memory of a CUDA device, in MiB; 0: as much as there is.</param>
    /// <param name="read">Checks the shape and reads the metadata; what it throws for lack of them refuses the model.</param>
    /// <exception cref="InvalidModelException">The file is missing, damaged, or not the model that it is loaded as.</exception>
    public static T Load<T>(
        string path, ScoringDevice device, int intraOpThreads, int gpuMemoryLimitMiB, Func<OnnxModel, T> read)
    {
        if (!File.Exists(path))
        {
            throw new InvalidModelException(path, "there is no such file.");
        }

        OnnxModel? model = null;
        try
        {
            var file = File.ReadAllBytes(path);
            var hash = ContentHash.Written(file);
            if (hash is not null && !ContentHash.Matches(file, hash))
            {
                // Before anything parses it: what was damaged is not fed to native code.
                throw Damaged(path);
            }

            var (session, name) = OnnxSessions.Open(file, device, intraOpThreads, gpuMemoryLimitMiB);
            model = new OnnxModel(path, session, name);
            var loaded = read(model);
            return string.Equals(model.Hash, hash, StringComparison.Ordinal) ? loaded : throw Damaged(path);
        }
        catch (InvalidModelException)
        {
            model?.Dispose();
            throw;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever a file makes the runtime, or those who read its metadata, throw: it is no model that can be used.
            model?.Dispose();
            throw new InvalidModelException(path, error.Message, error);
        }
    }

    /// <summary>Refuses a model that lacks an input of a type and a number of dimensions.</summary>
    public void NeedsInput(string name, Type type, int rank) => Check(Session.InputMetadata, name, type, rank);

    /// <summary>Refuses a model that lacks an output of a type and a number of dimensions.</summary>
    public void NeedsOutput(string name, Type type, int rank) => Check(Session.OutputMetadata, name, type, rank);

    /// <summary>A value of the metadata, which are JSON each.</summary>
    public T Read<T>(string key) =>
        JsonSerializer.Deserialize<T>(Metadata[key]) ?? throw new JsonException($"'{key}' is null");

    public void Dispose() => Session.Dispose();

    private static InvalidModelException Damaged(string path) =>
        new(path, "its content does not have the hash in its metadata: it was damaged or changed.");

    private void Check(IReadOnlyDictionary<string, NodeMetadata> nodes, string name, Type type, int rank)
    {
        if (!nodes.TryGetValue(name, out var node) || node.ElementType != type || node.Dimensions.Length != rank)
        {
            throw new InvalidModelException(Path, $"it has no '{name}' of type {type.Name} with {rank} dimensions.");
        }
    }
}

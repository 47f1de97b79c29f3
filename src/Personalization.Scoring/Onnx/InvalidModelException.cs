namespace Personalization.Scoring.Onnx;

/// <summary>A model file is missing, damaged, or not the model that it is loaded as. The message says which, and where.</summary>
/// <param name="path">The file.</param>
/// <param name="problem">What is wrong with it.</param>
/// <param name="inner">What was caught.</param>
public sealed class InvalidModelException(string path, string problem, Exception? inner = null)
    : Exception($"The model {path} cannot be used: {problem}", inner)
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;

    /// <summary>What is wrong with it, without saying where on the server it lies.</summary>
    public string Problem { get; } = problem;
}

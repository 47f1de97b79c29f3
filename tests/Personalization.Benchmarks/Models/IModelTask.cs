using Personalization.Benchmarks.Reporting;

namespace Personalization.Benchmarks.Models;

/// <summary>One thing that a model is asked of, and files of which people have said what is right.</summary>
internal interface IModelTask
{
    /// <summary>Reads a file, has the model read it as it serves, and says how well it did.</summary>
    /// <param name="set">The file or folder.</param>
    /// <param name="options">How to run.</param>
    /// <exception cref="InvalidDataException">The file is not as it must be; the message says where.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    Task<IEnumerable<Figure>> RunAsync(string set, BenchOptions options);
}

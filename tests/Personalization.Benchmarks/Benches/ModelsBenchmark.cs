using Personalization.Benchmarks.Models;
using Personalization.Benchmarks.Reporting;

namespace Personalization.Benchmarks.Benches;

/// <summary>How well the models that are served read files of which people have said what is right.</summary>
internal sealed class ModelsBenchmark : IBenchmark
{
    private static readonly IReadOnlyDictionary<string, Func<IModelTask>> Tasks = new Dictionary<string, Func<IModelTask>>(StringComparer.Ordinal)
    {
        ["polarity"] = static () => new PolarityTask(),
        ["emotion"] = static () => new EmotionTask(),
        ["irony"] = static () => new IronyTask(),
        ["face"] = static () => new FaceTask(),
        ["voice"] = static () => new VoiceTask(),
        ["behaviour"] = static () => new BehaviourTask(),
    };

    /// <summary>What models can be asked of.</summary>
    public static IReadOnlyCollection<string> Names => [.. Tasks.Keys];

    public string About => $"how well the models read a labelled file (--set FILE --task {string.Join(" | ", Names)}), through the serving path";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        if (options.Set is not { } file || options.Task is not { } task)
        {
            throw new BenchUsageException($"models needs --set FILE and --task {string.Join(" | ", Names)}.");
        }

        try
        {
            foreach (var figure in await Tasks[task]().RunAsync(file, options))
            {
                report(figure);
            }
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new BenchUsageException(problem.Message);
        }
    }
}

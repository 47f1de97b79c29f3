using Microsoft.Extensions.Options;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring;

/// <summary>Says at start what is wrong with <see cref="ScoringOptions"/>.</summary>
internal sealed class ScoringOptionsValidator : IValidateOptions<ScoringOptions>
{
    private const int MostCharacters = 1_000_000;
    private const int MostThreads = 256;
    private const int MostVersions = 32;
    private const int MostWaiting = 65_536;
    private const int MostGpuMiB = 1_048_576;

    public ValidateOptionsResult Validate(string? name, ScoringOptions options)
    {
        var problems = Problems(options).Concat(VersionProblems(options))
            .Concat(options.Batching.Problems().Select(p => $"{nameof(ScoringOptions.Batching)}.{p}"))
            .Select(p => $"Scoring: {p}")
            .ToArray();
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(ScoringOptions options)
    {
        (string Name, string Model, string Path, string Without)[] files =
        [
            (nameof(options.TextModelPath), "text", options.TextModelPath, "without reading words"),
            (nameof(options.FaceModelPath), "face", options.FaceModelPath, "without looking at pictures of faces"),
            (nameof(options.VoiceModelPath), "voice", options.VoiceModelPath, "with rules reading voices"),
            (nameof(options.BehaviourModelPath), "behaviour", options.BehaviourModelPath, "with intent told by rule"),
        ];
        foreach (var (name, model, path, without) in files)
        {
            if (string.IsNullOrWhiteSpace(path))
            {
                yield return $"{name} is empty; it must name the {model} model's file.";
            }
            else if (!options.AllowRulesOnly && !File.Exists(ScoringOptions.Whole(path)))
            {
                yield return $"{name} is {ScoringOptions.Whole(path)}, and there is no such file; "
                    + $"set {nameof(options.AllowRulesOnly)} to start {without}.";
            }
        }

        if (options.IntraOpThreads is < 1 or > MostThreads)
        {
            yield return $"{nameof(options.IntraOpThreads)} is {options.IntraOpThreads}; it must be 1 to {MostThreads}.";
        }

        if (options.GpuMemoryLimitMiB is < 0 or > MostGpuMiB)
        {
            yield return $"{nameof(options.GpuMemoryLimitMiB)} is {options.GpuMemoryLimitMiB}; it must be 0 (no limit) to {MostGpuMiB}.";
        }

        if (options.MaxTextCharacters is < 1 or > MostCharacters)
        {
            yield return $"{nameof(options.MaxTextCharacters)} is {options.MaxTextCharacters}; it must be 1 to {MostCharacters}.";
        }

        if (options.Batching.Lanes != LaneCount)
        {
            yield return $"{nameof(options.Batching)}.Lanes is {options.Batching.Lanes}; it must be {LaneCount}, one per {nameof(ScoringLane)}.";
        }
    }

    private static IEnumerable<string> VersionProblems(ScoringOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.ModelsDirectory))
        {
            yield return $"{nameof(options.ModelsDirectory)} is empty; it must name a folder.";
        }

        if (options.MaxVersions is < 1 or > MostVersions)
        {
            yield return $"{nameof(options.MaxVersions)} is {options.MaxVersions}; it must be 1 to {MostVersions}.";
        }

        if (options.ShadowQueueBound is < 1 or > MostWaiting)
        {
            yield return $"{nameof(options.ShadowQueueBound)} is {options.ShadowQueueBound}; it must be 1 to {MostWaiting}.";
        }

        for (var i = 0; i < options.Versions.Count; i++)
        {
            foreach (var problem in options.Versions[i].Problems())
            {
                yield return $"{nameof(options.Versions)}:{i}:{problem}";
            }
        }

        foreach (var model in options.Versions.GroupBy(static version => version.Model, StringComparer.Ordinal))
        {
            if (model.Count(static version => version.State == ModelState.Canary) is > 1 and var canaries)
            {
                yield return $"{nameof(options.Versions)} has {canaries} canaries of the {model.Key} model; one at a time is possible.";
            }
        }
    }

    private static readonly int LaneCount = Enum.GetValues<ScoringLane>().Length;
}

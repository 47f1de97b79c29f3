using Microsoft.Extensions.Options;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring;

/// <summary>Says at start what is wrong with <see cref="ScoringOptions"/>.</summary>
internal sealed class ScoringOptionsValidator : IValidateOptions<ScoringOptions>
{
    private const int MostCharacters = 1_000_000;
    private const int MostThreads = 256;

    public ValidateOptionsResult Validate(string? name, ScoringOptions options)
    {
        var problems = Problems(options).Concat(options.Batching.Problems().Select(p => $"{nameof(ScoringOptions.Batching)}.{p}"))
            .Select(p => $"Scoring: {p}")
            .ToArray();
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(ScoringOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.TextModelPath))
        {
            yield return $"{nameof(options.TextModelPath)} is empty; it must name the text model's file.";
        }
        else if (!options.AllowRulesOnly && !File.Exists(options.FullTextModelPath))
        {
            yield return $"{nameof(options.TextModelPath)} is {options.FullTextModelPath}, and there is no such file; "
                + $"set {nameof(options.AllowRulesOnly)} to start without reading words.";
        }

        if (string.IsNullOrWhiteSpace(options.FaceModelPath))
        {
            yield return $"{nameof(options.FaceModelPath)} is empty; it must name the face model's file.";
        }
        else if (!options.AllowRulesOnly && !File.Exists(options.FullFaceModelPath))
        {
            yield return $"{nameof(options.FaceModelPath)} is {options.FullFaceModelPath}, and there is no such file; "
                + $"set {nameof(options.AllowRulesOnly)} to start without looking at pictures of faces.";
        }

        if (string.IsNullOrWhiteSpace(options.VoiceModelPath))
        {
            yield return $"{nameof(options.VoiceModelPath)} is empty; it must name the voice model's file.";
        }
        else if (!options.AllowRulesOnly && !File.Exists(options.FullVoiceModelPath))
        {
            yield return $"{nameof(options.VoiceModelPath)} is {options.FullVoiceModelPath}, and there is no such file; "
                + $"set {nameof(options.AllowRulesOnly)} to start with rules reading voices.";
        }

        if (string.IsNullOrWhiteSpace(options.BehaviourModelPath))
        {
            yield return $"{nameof(options.BehaviourModelPath)} is empty; it must name the behaviour model's file.";
        }
        else if (!options.AllowRulesOnly && !File.Exists(options.FullBehaviourModelPath))
        {
            yield return $"{nameof(options.BehaviourModelPath)} is {options.FullBehaviourModelPath}, and there is no such file; "
                + $"set {nameof(options.AllowRulesOnly)} to start with intent told by rule.";
        }

        if (options.IntraOpThreads is < 1 or > MostThreads)
        {
            yield return $"{nameof(options.IntraOpThreads)} is {options.IntraOpThreads}; it must be 1 to {MostThreads}.";
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

    private static readonly int LaneCount = Enum.GetValues<ScoringLane>().Length;
}

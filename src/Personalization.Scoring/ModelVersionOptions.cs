using Personalization.Domain.Scoring;

namespace Personalization.Scoring;

/// <summary>A version of a model that is loaded at start beside the live one; see <see cref="ScoringOptions.Versions"/>.</summary>
public sealed class ModelVersionOptions
{
    /// <summary>Of which model it is: one of <see cref="ModelNames.All"/>.</summary>
    public string Model { get; set; } = string.Empty;

    /// <summary>Its file; a relative path starts at the program's folder.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>
    /// For whom it reads: <see cref="ModelState.Ready"/> (nobody yet), <see cref="ModelState.Shadow"/> or <see cref="ModelState.Canary"/>.
    /// </summary>
    public ModelState State { get; set; }

    /// <summary>The share of users of a canary, [0, 1]; 0 for others.</summary>
    public double Share { get; set; }

    /// <summary><see cref="Path"/>, whole.</summary>
    internal string FullPath => ScoringOptions.Whole(Path);

    /// <summary>What is wrong with these options; empty when nothing is.</summary>
    internal IEnumerable<string> Problems()
    {
        if (!ModelNames.All.Contains(Model, StringComparer.Ordinal))
        {
            yield return $"{nameof(Model)} is '{Model}'; it must be one of {string.Join(", ", ModelNames.All)}.";
        }

        if (string.IsNullOrWhiteSpace(Path) || !File.Exists(FullPath))
        {
            yield return $"{nameof(Path)} is '{Path}', and there is no such file.";
        }

        if (State is not (ModelState.Ready or ModelState.Shadow or ModelState.Canary))
        {
            yield return $"{nameof(State)} is {State}; it must be {ModelState.Ready}, {ModelState.Shadow} or {ModelState.Canary}.";
        }

        if (!(Share is >= 0 and <= 1))
        {
            yield return $"{nameof(Share)} is {Share}; it must be 0 to 1.";
        }
        else if (Share > 0 && State != ModelState.Canary)
        {
            yield return $"{nameof(Share)} is {Share}; only a {ModelState.Canary} has one.";
        }
    }
}

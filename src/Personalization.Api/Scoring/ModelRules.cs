using Personalization.Api.Validation;
using Personalization.Domain.Scoring;

namespace Personalization.Api.Scoring;

/// <summary>What the contract asks of calls about models.</summary>
internal static class ModelRules
{
    private const int MaxPathLength = 512;
    private const int MaxVersionLength = 256;

    private static readonly string s_names = string.Join(", ", ModelNames.All);

    /// <summary>The name of a model.</summary>
    public static void CheckModel(string model, FieldViolations violations)
    {
        if (!ModelNames.All.Contains(model, StringComparer.Ordinal))
        {
            violations.Add("model", model.Length == 0 ? $"is empty; allowed: {s_names}" : $"is no model; allowed: {s_names}");
        }
    }

    /// <summary>The name of a model, which may be missing.</summary>
    public static void CheckOptionalModel(string model, FieldViolations violations)
    {
        if (model.Length > 0)
        {
            CheckModel(model, violations);
        }
    }

    /// <summary>The whole name of a version.</summary>
    public static void CheckVersion(string version, FieldViolations violations) =>
        violations.Length("version", version, 1, MaxVersionLength);

    /// <summary>The whole name of a version, which may be missing.</summary>
    public static void CheckOptionalVersion(string version, FieldViolations violations) =>
        violations.Length("version", version, 0, MaxVersionLength);

    /// <summary>The path of a file; where it leads is for those to say who know the folder.</summary>
    public static void CheckPath(string path, FieldViolations violations) => violations.Length("path", path, 1, MaxPathLength);

    /// <summary>For whom a version is to read.</summary>
    public static void CheckTraffic(Wire.ModelState state, double share, FieldViolations violations)
    {
        violations.Stated("state", state, (int)Wire.ModelState.Live);
        violations.Range("share", share, 0, state == Wire.ModelState.Canary ? 1 : 0);
    }
}

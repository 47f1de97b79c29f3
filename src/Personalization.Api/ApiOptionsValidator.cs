using Microsoft.Extensions.Options;

namespace Personalization.Api;

/// <summary>Fails the start with every option that is out of its range.</summary>
internal sealed class ApiOptionsValidator : IValidateOptions<ApiOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        var failures = new List<string>();
        void Check<T>(string option, T value, T min, T max)
            where T : IComparable<T>
        {
            if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
            {
                failures.Add($"{ApiOptions.SectionName}:{option} is {value}; allowed: {min} to {max}.");
            }
        }

        Check(nameof(options.MaxConcurrentCalls), options.MaxConcurrentCalls, 1, 1_000_000);
        Check(nameof(options.MaxConcurrentStreams), options.MaxConcurrentStreams, 1, 1_000_000);
        Check(nameof(options.OverloadRetryDelay), options.OverloadRetryDelay, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Check(nameof(options.MaxMessageBytes), options.MaxMessageBytes, 64 * 1024, 256 * 1024 * 1024);
        Check(nameof(options.MaxEventsBehind), options.MaxEventsBehind, 1_000, 1_000_000_000);
        Check(nameof(options.MaxEventAge), options.MaxEventAge, TimeSpan.FromHours(1), TimeSpan.FromDays(3653));
        Check(nameof(options.StreamCredits), options.StreamCredits, 1, 1_000_000);
        Check(nameof(options.ArWindow), options.ArWindow, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));
        Check(nameof(options.ArWindowFrames), options.ArWindowFrames, 1, 600);
        Check(nameof(options.ArScoringDeadline), options.ArScoringDeadline, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(5));
        Check(nameof(options.FaceCropDeadline), options.FaceCropDeadline, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10));
        Check(nameof(options.MaxTokenWait), options.MaxTokenWait, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5));
        Check(nameof(options.MaxMergeWait), options.MaxMergeWait, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Check(nameof(options.RecommendationOutcomeWindow), options.RecommendationOutcomeWindow, TimeSpan.FromMinutes(1), TimeSpan.FromDays(100));
        Check(nameof(options.InterventionOutcomeWindow), options.InterventionOutcomeWindow, TimeSpan.FromMinutes(1), TimeSpan.FromDays(100));
        Check(nameof(options.DirectoryCacheEntries), options.DirectoryCacheEntries, 100, 10_000_000);
        Check(nameof(options.DirectoryCacheAge), options.DirectoryCacheAge ?? TimeSpan.FromHours(1), TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
        Check(nameof(options.MaxPlausibleDwell), options.MaxPlausibleDwell, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        Check(nameof(options.MaxSameTextPerMinute), options.MaxSameTextPerMinute, 0, 100_000);
        Check(nameof(options.MaxEventsPerUserPerMinute), options.MaxEventsPerUserPerMinute, 0, 10_000_000);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}

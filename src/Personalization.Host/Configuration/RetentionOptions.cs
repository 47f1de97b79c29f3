using Microsoft.Extensions.Options;

namespace Personalization.Host.Configuration;

/// <summary>How long records are kept. Section <c>Retention</c>. What was learned from them is kept apart, and stays.</summary>
public sealed class RetentionOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Retention";

    /// <summary>
    /// How long events are kept, 1 hour to 10 years; zero for ever. Default 90 days. Kept longer where they are not
    /// checkpointed yet, or where the dedup window still needs them after a restart.
    /// </summary>
    public TimeSpan EventAge { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long lines of the decision log are kept, 1 hour to 10 years; zero for ever. Default 180 days.</summary>
    public TimeSpan DecisionAge { get; set; } = TimeSpan.FromDays(180);

    /// <summary>How often it is looked for what may go, 1 minute to 1 day. Default 1 hour.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Stops a start with wrong options, and says which and why.</summary>
public sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3653);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        var failures = new List<string>();
        Age(failures, nameof(options.EventAge), options.EventAge);
        Age(failures, nameof(options.DecisionAge), options.DecisionAge);
        if (options.Interval < TimeSpan.FromMinutes(1) || options.Interval > TimeSpan.FromDays(1))
        {
            failures.Add($"Retention:Interval is {options.Interval}; it must be between 00:01:00 and 1.00:00:00.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Age(List<string> failures, string key, TimeSpan value)
    {
        if (value != TimeSpan.Zero && (value < TimeSpan.FromHours(1) || value > s_longest))
        {
            failures.Add($"Retention:{key} is {value}; it must be between 01:00:00 and {s_longest}, or 00:00:00 to keep for ever.");
        }
    }
}

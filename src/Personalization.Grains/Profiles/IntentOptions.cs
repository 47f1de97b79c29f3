using Microsoft.Extensions.Options;

namespace Personalization.Grains.Profiles;

/// <summary>How long callers wait for a model to read intent. Section <c>Intent</c>.</summary>
public sealed class IntentOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Intent";

    /// <summary>How long a decision or a profile waits, 1 ms to 10 s. Default 30 ms; after that the rule's intent is used.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMilliseconds(30);
}

/// <summary>Stops a start with wrong options, and says which and why.</summary>
public sealed class IntentOptionsValidator : IValidateOptions<IntentOptions>
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, IntentOptions options) => options.Timeout >= s_least && options.Timeout <= s_most
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail($"Intent:{nameof(options.Timeout)} is {options.Timeout}; it must be between {s_least} and {s_most}.");
}

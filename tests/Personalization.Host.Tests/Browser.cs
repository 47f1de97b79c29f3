namespace Personalization.Host.Tests;

/// <summary>The browser that the status page is opened in.</summary>
internal static class Browser
{
    private const string Usual = "/usr/bin/chromium";

    /// <summary>Where it is; null when the machine has none.</summary>
    public static string? Path { get; } =
        Environment.GetEnvironmentVariable("PERSONALIZATION_BROWSER") is { Length: > 0 } path ? path : File.Exists(Usual) ? Usual : null;

    /// <summary>Why tests that need one are skipped; null when they are not.</summary>
    public static string? WhySkipped { get; } =
        Path is null ? "There is no browser to open the status page in, and none could be installed: see eng/browser." : null;
}

/// <summary>A fact that needs a browser.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>Skips, with the reason, where there is none.</summary>
    public BrowserFactAttribute() => Skip = Browser.WhySkipped;
}

/// <summary>A theory that needs a browser.</summary>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips, with the reason, where there is none.</summary>
    public BrowserTheoryAttribute() => Skip = Browser.WhySkipped;
}

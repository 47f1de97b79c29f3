using System.Collections.Immutable;

namespace Personalization.Domain.Scoring;

/// <summary>What the scoring models are called, whatever their version.</summary>
public static class ModelNames
{
    /// <summary>Reads words.</summary>
    public const string Text = "text";

    /// <summary>Looks at pictures of faces.</summary>
    public const string Face = "face";

    /// <summary>Hears how something is said.</summary>
    public const string Voice = "voice";

    /// <summary>Tells the intent to buy from what is done.</summary>
    public const string Behaviour = "behaviour";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } = [Text, Face, Voice, Behaviour];
}

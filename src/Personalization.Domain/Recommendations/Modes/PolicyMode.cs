namespace Personalization.Domain.Recommendations.Modes;

/// <summary>Who decides what the engine recommends. Stored as a number: never reuse or renumber a value.</summary>
public enum PolicyMode : byte
{
    /// <summary>The policy.</summary>
    Online = 0,
    /// <summary>A baseline: what the segment likes best, or the order of the caller's own candidates. The policy learns from what comes of it.</summary>
    Apprentice = 1,
}

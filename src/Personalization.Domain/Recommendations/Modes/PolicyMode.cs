namespace Personalization.Domain.Recommendations.Modes;

/// <summary>Who decides what the engine recommends. Stored as a number: never reuse or renumber a value.</summary>
public enum PolicyMode : byte
{
    /// <summary>The policy.</summary>
    Online = 0,
    /// <summary>
    /// A baseline, from which the policy learns: what the segment likes best, or the order of the caller's own candidates.
    /// </summary>
    Apprentice = 1,
}

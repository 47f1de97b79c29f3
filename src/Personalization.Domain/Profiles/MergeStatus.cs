namespace Personalization.Domain.Profiles;

/// <summary>What became of merging one profile into another.</summary>
public enum MergeStatus : byte
{
    /// <summary>It was merged in.</summary>
    Applied = 0,
    /// <summary>All its events had been merged in before; nothing changed.</summary>
    AlreadyApplied = 1,
    /// <summary>
    /// Some of its events, but not all, had been merged in before: it was not reset when it was handed over. Nothing changed,
    /// for sums of events cannot be told apart.
    /// </summary>
    Overlap = 2,
}

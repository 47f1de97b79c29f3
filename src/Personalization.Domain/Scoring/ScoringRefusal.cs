namespace Personalization.Domain.Scoring;

/// <summary>Which bound a payload was refused by. Sent between silos; never renumber.</summary>
public enum ScoringRefusal : byte
{
    /// <summary>It was not refused.</summary>
    None = 0,
    /// <summary>As many wait as may wait at all.</summary>
    QueueFull = 1,
    /// <summary>As many of this owner's wait as one owner may have waiting; others still find room.</summary>
    OwnerFull = 2,
    /// <summary>The places that are left are kept for more urgent lanes.</summary>
    LaneFull = 3,
    /// <summary>The model is being let go.</summary>
    Closing = 4,
}

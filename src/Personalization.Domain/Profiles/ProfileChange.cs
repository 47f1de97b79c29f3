namespace Personalization.Domain.Profiles;

/// <summary>What about a profile changed.</summary>
[Flags]
public enum ProfileChange : ushort
{
    /// <summary>Nothing: the event says nothing about the shopper.</summary>
    None = 0,
    /// <summary>Nothing: the event's offset had been applied before.</summary>
    AlreadyApplied = 1,
    /// <summary>Counts of events and sources.</summary>
    Counts = 2,
    /// <summary>Valence and arousal.</summary>
    Mood = 4,
    /// <summary>The emotion distribution.</summary>
    Emotions = 8,
    /// <summary>Affinities.</summary>
    Affinities = 16,
    /// <summary>Intent, hesitation or fatigue.</summary>
    Signals = 32,
    /// <summary>Price sensitivity.</summary>
    PriceSensitivity = 64,
    /// <summary>What was lately viewed, carted, bought or dismissed.</summary>
    Products = 128,
    /// <summary>A modality was dropped, or everything was.</summary>
    Purged = 256,
    /// <summary>Another profile was merged in.</summary>
    Merged = 512,
}

namespace Personalization.Scoring.Batching;

/// <summary>Why a batch went.</summary>
public enum BatchExit : byte
{
    /// <summary>It did not.</summary>
    None = 0,
    /// <summary>The largest batch was full.</summary>
    Full = 1,
    /// <summary>The preferred size was reached.</summary>
    Preferred = 2,
    /// <summary>An item had waited as long as it may.</summary>
    Delay = 3,
    /// <summary>A deadline would have passed.</summary>
    Deadline = 4,
    /// <summary>The batcher is shutting down.</summary>
    Draining = 5,
}

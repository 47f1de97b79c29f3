namespace Personalization.Domain.Storage;

/// <summary>Whether the durable store works.</summary>
public interface IStorageHealth
{
    /// <summary>False from a failed write until the next one that succeeds.</summary>
    bool IsHealthy { get; }

    /// <summary>The last failure, in words; null when nothing has failed since the store was opened.</summary>
    string? LastError { get; }
}

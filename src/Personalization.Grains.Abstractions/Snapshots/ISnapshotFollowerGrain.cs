namespace Personalization.Grains.Snapshots;

/// <summary>
/// Keeps one silo's snapshots up to date, keyed by the silo's address and placed on it. Hears the news, and looks for
/// itself from time to time, for news may get lost.
/// </summary>
[Alias("personalization.ISnapshotFollowerGrain")]
public interface ISnapshotFollowerGrain : IGrainWithStringKey
{
    /// <summary>Follows from now on, and returns once the snapshots are as of now.</summary>
    [Alias("Follow")]
    Task Follow();

    /// <summary>Follows no longer: the silo is about to stop. The snapshots stay as they are.</summary>
    [Alias("Unfollow")]
    Task Unfollow();
}

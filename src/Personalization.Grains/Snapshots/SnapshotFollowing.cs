namespace Personalization.Grains.Snapshots;

/// <summary>
/// Has a silo's snapshots followed from before it takes calls until it begins to stop: by then whoever knows who follows
/// what must still be there to be told.
/// </summary>
internal sealed class SnapshotFollowing(IGrainFactory grains, ILocalSiloDetails silo) : ILifecycleParticipant<ISiloLifecycle>
{
    private ISnapshotFollowerGrain Follower => grains.GetGrain<ISnapshotFollowerGrain>(silo.SiloAddress.ToString());

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(SnapshotFollowing), ServiceLifecycleStage.Active, _ => Follower.Follow());

        // The highest stage stops first.
        lifecycle.Subscribe(
            nameof(SnapshotFollowing), ServiceLifecycleStage.Last, static _ => Task.CompletedTask, _ => Follower.Unfollow());
    }
}

using Orleans.Streams;

namespace Personalization.Grains.Snapshots;

/// <summary>Tells the silos that something which they keep a copy of has changed.</summary>
internal static class SnapshotPublishing
{
    public static Task PublishAsync(this Grain grain, SnapshotKind kind, long version) =>
        grain.GetStreamProvider(StorageNames.Streams)
            .GetStream<SnapshotNews>(SnapshotNews.Stream)
            .OnNextAsync(new SnapshotNews(kind, version));
}

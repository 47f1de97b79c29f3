using Orleans.Streams;

namespace Personalization.Grains.Snapshots;

/// <summary>
/// Tells the silos that something which they keep a copy of has changed: once for all that changes within a moment, for
/// they ask for what is new anyway. Belongs to one grain and runs in its turns.
/// </summary>
internal sealed class SnapshotPublisher
{
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(25);
    private readonly IAsyncStream<SnapshotNews> _stream;
    private readonly IGrainTimer _timer;
    private readonly SnapshotKind _kind;
    private long _version;
    private bool _scheduled;

    /// <summary>Made while the grain is being activated.</summary>
    /// <param name="grain">Whose changes they are.</param>
    /// <param name="kind">What changes.</param>
    public SnapshotPublisher(Grain grain, SnapshotKind kind)
    {
        _kind = kind;
        _stream = grain.GetStreamProvider(StorageNames.Streams).GetStream<SnapshotNews>(SnapshotNews.Stream);
        _timer = grain.RegisterGrainTimer(
            _ => PublishAsync(), new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
    }

    /// <summary>Something has changed.</summary>
    /// <param name="version">The owner's version now.</param>
    public void Changed(long version)
    {
        _version = version;
        if (!_scheduled)
        {
            _scheduled = true;
            _timer.Change(s_gather, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task PublishAsync()
    {
        _scheduled = false;
        try
        {
            await _stream.OnNextAsync(new SnapshotNews(_kind, _version));
        }
        catch (Exception)
        {
            // News may get lost, as when a silo stops: whoever follows looks without having heard anything.
        }
    }
}

namespace Personalization.Grains.Snapshots;

/// <summary>
/// Keeps something that is done again and again to a share of the time: after it took a while, it rests for a multiple of
/// that. What comes meanwhile is gathered, so the dearer a turn is, the more it settles at once. Belongs to one grain and
/// runs in its turns.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="rest">How many times as long as it took it rests, 0 or more.</param>
/// <param name="longest">It rests no longer than this.</param>
internal sealed class Pace(TimeProvider time, double rest, TimeSpan longest)
{
    private long _began;
    private long _due;

    /// <summary>How long to wait until the next turn; nothing before the first.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = time.GetElapsedTime(time.GetTimestamp(), _due);
            return _due != 0 && left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>A turn begins.</summary>
    public void Begin() => _began = time.GetTimestamp();

    /// <summary>The turn has ended.</summary>
    public void End()
    {
        var now = time.GetTimestamp();
        var resting = time.GetElapsedTime(_began, now) * rest;
        resting = resting < longest ? resting : longest;
        _due = now + (long)(resting.TotalSeconds * time.TimestampFrequency);
    }
}

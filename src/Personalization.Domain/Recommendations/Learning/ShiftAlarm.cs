using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Learning;

/// <summary>
/// Notices that predictions have become worse than they used to be: a fast running mean of squared errors is held against a
/// slow one, and the difference against what chance would make of it.
/// </summary>
/// <remarks>
/// Two exponentially weighted moving averages (Roberts: "Control chart tests based on geometric moving averages",
/// Technometrics 1, 1959). With weights 1/f and 1/s, the difference of the two means of independent errors has a variance of
/// about v·(1/(2f) + 1/(2s) − 2/(f + s)), where v is that of a squared error, which runs along as well. Errors that shrink
/// never ring. After an alarm both start anew, and none comes before the slow one has settled again.
/// </remarks>
public sealed class ShiftAlarm
{
    private readonly ShiftAlarmOptions _options;
    private readonly double _chance;
    private double _fast;
    private double _slow;
    private double _slowSquare;
    private long _since;

    /// <summary>An alarm that has seen nothing.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public ShiftAlarm(ShiftAlarmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _chance = (0.5 / options.Fast) + (0.5 / options.Slow) - (2 / (options.Fast + options.Slow));
    }

    /// <summary>How often it has rung.</summary>
    public int Count { get; private set; }

    /// <summary>The mean of recent squared errors.</summary>
    public double RecentLoss => _fast;

    /// <summary>By how many standard deviations recent errors are worse than usual; 0 until it has settled.</summary>
    public double Score { get; private set; }

    /// <summary>Takes in the error of a prediction made before its reward was learned. Returns whether the alarm rings.</summary>
    /// <param name="error">Reward less prediction, finite.</param>
    public bool Observe(double error) => ObserveLoss(error * error);

    /// <summary>The same for a squared error, or the mean of some.</summary>
    /// <param name="loss">Not negative, finite.</param>
    public bool ObserveLoss(double loss)
    {
        _since++;
        Follow(ref _fast, loss, _options.Fast);
        Follow(ref _slow, loss, _options.Slow);
        Follow(ref _slowSquare, loss * loss, _options.Slow);
        if (_since < _options.Slow)
        {
            Score = 0;
            return false;
        }

        var variance = Math.Max(_slowSquare - (_slow * _slow), 0);
        Score = variance > 0 ? (_fast - _slow) / Math.Sqrt(variance * _chance) : 0;
        if (Score < _options.Threshold)
        {
            return false;
        }

        Count++;
        (_fast, _slow, _slowSquare, _since) = (0, 0, 0, 0);
        return true;
    }

    /// <summary>Writes what has been seen.</summary>
    internal void Write(StateWriter writer)
    {
        writer.UInt((ulong)Count);
        writer.UInt((ulong)_since);
        writer.Double(_fast);
        writer.Double(_slow);
        writer.Double(_slowSquare);
    }

    /// <summary>Reads what had been seen.</summary>
    internal static ShiftAlarm Read(ref StateReader reader, ShiftAlarmOptions options) => new(options)
    {
        Count = checked((int)reader.UInt()),
        _since = checked((long)reader.UInt()),
        _fast = reader.Double(),
        _slow = reader.Double(),
        _slowSquare = reader.Double(),
    };

    // A plain mean until there are as many errors as the average remembers.
    private void Follow(ref double average, double value, double memory) => average += (value - average) / Math.Min(memory, _since);
}

using Google.Protobuf.WellKnownTypes;

namespace Personalization.Api.Validation;

/// <summary>Moments and durations of the wire to and from those of the domain.</summary>
internal static class TimeMapping
{
    private const long MinSeconds = -62_135_596_800; // 0001-01-01T00:00:00Z
    private const long MaxSeconds = 253_402_300_799; // 9999-12-31T23:59:59Z
    private const int MaxNanos = 999_999_999;
    private const int NanosPerTick = 100;

    /// <summary>Checks a moment; null passes.</summary>
    public static bool Moment(this FieldViolations violations, string field, Timestamp? value)
    {
        if (value is null || (value.Seconds is >= MinSeconds and <= MaxSeconds && value.Nanos is >= 0 and <= MaxNanos))
        {
            return true;
        }

        violations.Add(field, $"is {value.Seconds} s and {value.Nanos} ns, which is no moment; allowed: years 0001 to 9999, nanos 0 to 999,999,999");
        return false;
    }

    /// <summary>A checked moment, to the tick of 100 ns.</summary>
    public static DateTimeOffset ToTime(this Timestamp value) =>
        DateTimeOffset.UnixEpoch.AddTicks((value.Seconds * TimeSpan.TicksPerSecond) + (value.Nanos / NanosPerTick));

    /// <summary>The wire's form of a moment.</summary>
    public static Timestamp ToTimestamp(DateTimeOffset value)
    {
        var ticks = value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0)
        {
            seconds--;
            rest += TimeSpan.TicksPerSecond;
        }

        return new Timestamp { Seconds = seconds, Nanos = (int)rest * NanosPerTick };
    }

    /// <summary>The least time between two messages of a watch: 50 ms to 60 s, or the default when unset.</summary>
    public static TimeSpan Interval(this FieldViolations violations, string field, Duration? value, TimeSpan unset)
    {
        if (value is null)
        {
            return unset;
        }

        var milliseconds = (value.Seconds * 1000.0) + (value.Nanos / 1e6);
        if (milliseconds is >= 50 and <= 60_000)
        {
            return TimeSpan.FromMilliseconds(milliseconds);
        }

        violations.Add(field, $"is {milliseconds} ms; allowed: 50 ms to 60 s");
        return unset;
    }
}

using System.Globalization;

namespace Grpc.Internal;

/// <summary>A <c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    /// <summary>The longest timeout that the header can say without falling back on hours; longer ones are cut.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(MostDigits);

    private const long MostDigits = 99_999_999;

    /// <summary>Rounds up to the finest of milliseconds and seconds that fits eight digits: a deadline may come late, not early.</summary>
    public static string Encode(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
        {
            return "1n";
        }

        var milliseconds = RoundUp(timeout.Ticks, TimeSpan.TicksPerMillisecond);
        if (milliseconds <= MostDigits)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m");
        }

        var seconds = Math.Min(RoundUp(timeout.Ticks, TimeSpan.TicksPerSecond), MostDigits);
        return string.Create(CultureInfo.InvariantCulture, $"{seconds}S");
    }

    public static bool TryDecode(string? header, out TimeSpan timeout)
    {
        timeout = default;
        if (header is not { Length: >= 2 }
            || !int.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        double? ticks = header[^1] switch
        {
            'H' => (double)value * TimeSpan.TicksPerHour,
            'M' => (double)value * TimeSpan.TicksPerMinute,
            'S' => (double)value * TimeSpan.TicksPerSecond,
            'm' => (double)value * TimeSpan.TicksPerMillisecond,
            'u' => (double)value * TimeSpan.TicksPerMicrosecond,
            'n' => value / TimeSpan.NanosecondsPerTick,
            _ => null,
        };

        // A double holds all of these exactly but for the very long ones, which are cut anyway.
        timeout = new TimeSpan((long)Math.Min(ticks ?? 0, Longest.Ticks));
        return ticks is not null;
    }

    private static long RoundUp(long ticks, long unit) => (ticks + unit - 1) / unit;
}

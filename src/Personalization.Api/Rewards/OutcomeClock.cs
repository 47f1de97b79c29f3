using Google.Protobuf.WellKnownTypes;
using Personalization.Api.Validation;

namespace Personalization.Api.Rewards;

/// <summary>When outcomes may have happened.</summary>
internal static class OutcomeClock
{
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(5);

    /// <summary>Checks when an outcome happened: a moment, not ahead of the clock, not too old.</summary>
    /// <returns>When; now when the caller does not say.</returns>
    public static DateTimeOffset Check(Timestamp? value, DateTimeOffset now, TimeSpan maxAge, FieldViolations violations)
    {
        if (value is null || !violations.Moment("occurred_at", value))
        {
            return now;
        }

        var at = value.ToTime();
        if (at > now + s_skew || at < now - maxAge)
        {
            violations.Add("occurred_at", $"is {at:O}; allowed: from {now - maxAge:O} to {now + s_skew:O}");
        }

        return at;
    }
}

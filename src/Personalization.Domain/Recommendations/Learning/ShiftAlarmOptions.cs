namespace Personalization.Domain.Recommendations.Learning;

/// <summary>When a <see cref="ShiftAlarm"/> rings, and what follows.</summary>
public sealed record ShiftAlarmOptions
{
    /// <summary>Observations that the fast mean remembers, 2 to 10⁶: about how long a shift takes to be noticed.</summary>
    public double Fast { get; init; } = 300;

    /// <summary>Observations that the slow mean remembers, more than the fast one, up to 10⁷.</summary>
    public double Slow { get; init; } = 3000;

    /// <summary>How many standard deviations worse the fast mean must be, (0, 100].</summary>
    public double Threshold { get; init; } = 4;

    /// <summary>For how many observations after an alarm a new model is tried beside the old one, 1 to 10⁷.</summary>
    public int Trial { get; init; } = 2000;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(Fast is >= 2 and <= 1e6, nameof(Fast), Fast, "2 to 1000000");
        Require(Slow > Fast && Slow <= 1e7, nameof(Slow), Slow, "above Fast, up to 10000000");
        Require(Threshold is > 0 and <= 100, nameof(Threshold), Threshold, "above 0, up to 100");
        Require(Trial is >= 1 and <= 10_000_000, nameof(Trial), Trial, "1 to 10000000");
    }

    private static void Require(bool holds, string field, double value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{field}: is {value}; allowed: {allowed}.", field);
        }
    }
}

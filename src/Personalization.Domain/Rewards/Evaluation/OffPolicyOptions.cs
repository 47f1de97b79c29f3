namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>How a policy is evaluated from another one's log.</summary>
public sealed record OffPolicyOptions
{
    /// <summary>τ: weights above it leave SWITCH-DR to the model, at least 1; at least the number of actions is advised.</summary>
    public double SwitchAbove { get; init; } = 100;

    /// <summary>How often users are resampled, 100 to 100,000.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>1 − the confidence of the intervals, (0, 0.5].</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>The smallest reward there can be, up to 0.</summary>
    public double MinReward { get; init; }

    /// <summary>The largest reward there can be, above 0.</summary>
    public double MaxReward { get; init; } = 1;

    /// <summary>The effective sample size below which no verdict is given.</summary>
    public double LeastEffectiveSize { get; init; } = 200;

    /// <summary>How many decisions must have got something, that is a reward other than 0, for a verdict to be given.</summary>
    public double LeastRewards { get; init; } = 100;

    /// <summary>The seed of the resampling.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        Require(SwitchAbove >= 1, nameof(SwitchAbove), SwitchAbove, "at least 1");
        Require(Resamples is >= 100 and <= 100_000, nameof(Resamples), Resamples, "100 to 100000");
        Require(Alpha is > 0 and <= 0.5, nameof(Alpha), Alpha, "above 0, up to 0.5");
        Require(double.IsFinite(MinReward) && MinReward <= 0, nameof(MinReward), MinReward, "finite, up to 0");
        Require(double.IsFinite(MaxReward) && MaxReward > 0, nameof(MaxReward), MaxReward, "finite, above 0");
        Require(LeastEffectiveSize >= 0, nameof(LeastEffectiveSize), LeastEffectiveSize, "at least 0");
        Require(LeastRewards >= 0, nameof(LeastRewards), LeastRewards, "at least 0");
    }

    private static void Require(bool holds, string field, double value, string allowed)
    {
        if (!holds)
        {
            throw new ArgumentException($"{field}: is {value}; allowed: {allowed}.", field);
        }
    }
}

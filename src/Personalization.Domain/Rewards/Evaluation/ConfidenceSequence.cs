using Personalization.Domain.Statistics;

namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>
/// An interval for a policy's value that may be looked at after every decision: with probability 1 − α the value is in it at
/// all times together, so that whoever looks as often as they like, and stops when they like it, is not misled. Weights need no
/// upper bound.
/// </summary>
/// <remarks>
/// A lower bound for the mean of w·r and one for that of w·(1 − r), each at α/2: the second is one less the first, as
/// weights are 1 on average. See <see cref="LowerConfidenceSequence"/>. Decisions come in the order they were made.
/// </remarks>
public sealed class ConfidenceSequence
{
    private readonly LowerConfidenceSequence _gained;
    private readonly LowerConfidenceSequence _missed;
    private double _count;
    private double _sum;

    /// <summary>A sequence that has seen nothing: the interval is [0, 1].</summary>
    /// <param name="alpha">1 − the confidence, above 0, below 1.</param>
    public ConfidenceSequence(double alpha)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(alpha, 1);
        _gained = new LowerConfidenceSequence(alpha / 2);
        _missed = new LowerConfidenceSequence(alpha / 2);
    }

    /// <summary>The interval as of now, within [0, 1]. The estimate is the mean of what was gained, which may lie outside.</summary>
    public ConfidenceInterval Interval => new(
        _count > 0 ? _sum / _count : 0, Math.Clamp(_gained.Bound, 0, 1), 1 - Math.Clamp(_missed.Bound, 0, 1));

    /// <summary>Takes in a decision.</summary>
    /// <param name="gained">w·r, with r in [0, 1]: not negative, with the value as its mean.</param>
    /// <param name="missed">w·(1 − r): not negative, with one less the value as its mean.</param>
    public void Add(double gained, double missed)
    {
        Require(gained, nameof(gained));
        Require(missed, nameof(missed));
        _gained.Add(gained);
        _missed.Add(missed);
        _count++;
        _sum += gained;
    }

    private static void Require(double value, string name)
    {
        if (!(value >= 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, value, "allowed: finite, at least 0.");
        }
    }
}

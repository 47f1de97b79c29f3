namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// <see cref="SquareCb"/> with γ = 100·√t / base rate, where t counts the observations of the policy that a decision is made with
/// and the base rate is their mean reward (<see cref="SquareCb.Gamma"/>). The same policy gives the same probabilities, on every
/// machine. Safe for concurrent use.
/// </summary>
public sealed class PacedSquareCb : IPacedRule
{
    private readonly double _floor;

    // Decisions between two publications of a policy share one rule.
    private SquareCb _last;

    /// <summary>The rule.</summary>
    /// <param name="floor">The share of uniform probability, [0, 1].</param>
    public PacedSquareCb(double floor = 0.01)
    {
        _floor = floor;
        _last = new SquareCb(0, floor);
    }

    /// <inheritdoc/>
    public string Name => "squarecb";

    /// <inheritdoc/>
    public bool AsksPerSlot => true;

    /// <inheritdoc/>
    public IExplorationRule At(long observations, double meanReward)
    {
        var sharpness = SquareCb.Gamma(observations, meanReward);
        var last = Volatile.Read(ref _last);
        if (!last.Sharpness.Equals(sharpness))
        {
            Volatile.Write(ref _last, last = new SquareCb(sharpness, _floor));
        }

        return last;
    }

    /// <inheritdoc/>
    /// <remarks>As of a policy that has learned nothing: all actions alike.</remarks>
    public void Fill(ReadOnlySpan<float> means, ReadOnlySpan<float> variances, Span<double> probabilities) =>
        probabilities[..means.Length].Fill(1.0 / means.Length);
}

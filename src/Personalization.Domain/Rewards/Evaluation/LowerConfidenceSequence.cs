namespace Personalization.Domain.Rewards.Evaluation;

/// <summary>
/// A lower bound on the mean of values that are not negative, which holds after every value at once: with probability 1 − α it
/// is never above the mean, however often and whenever it is looked at.
/// </summary>
/// <remarks>
/// <para>
/// The predictable plug-in empirical-Bernstein confidence sequence (Waudby-Smith, Ramdas: "Estimating means of bounded random
/// variables by betting", JRSS B 86, 2024), in the form for importance-weighted values without an upper bound (Waudby-Smith,
/// Wu, Ramdas, Karampatziakis, Mineiro: "Anytime-valid off-policy inference for contextual bandits", 2022):
/// </para>
/// <code>L_t = (Σ λ_i x_i − Σ ψ(λ_i)·(x_i − m_i)² − ln(1/α)) / Σ λ_i,   ψ(λ) = −ln(1 − λ) − λ</code>
/// <para>
/// m_i is the mean of the values before x_i, at most 1, and λ_i = min(½, √(2·ln(1/α) / (s²_i·i·ln(1 + i)))) with s²_i their
/// variance. As x_i − m_i ≥ −1, exp(λy − ψ(λ)y²) ≤ 1 + λy for y = x_i − m_i; so exp(Σ λ_i(x_i − μ) − Σ ψ(λ_i)(x_i − m_i)²) is a
/// supermartingale that starts at 1, and Ville's inequality gives the bound. The largest bound so far is kept.
/// </para>
/// </remarks>
internal sealed class LowerConfidenceSequence(double alpha)
{
    private const double MostBet = 0.5;
    private readonly double _log = Math.Log(1 / alpha);
    private double _count;
    private double _sum;
    private double _squares;
    private double _bets;
    private double _won;
    private double _spread;

    /// <summary>The bound; −∞ before the first value.</summary>
    public double Bound { get; private set; } = double.NegativeInfinity;

    /// <summary>Takes in a value.</summary>
    /// <param name="value">At least 0, finite; its mean given the values before is the same for all.</param>
    public void Add(double value)
    {
        // Both follow from the values before this one only; a value of ½ stands in for those that are not there yet.
        var expected = Math.Min(1, (_sum + 0.5) / (_count + 1));
        var variance = (_squares + 0.25) / (_count + 1);
        var turn = _count + 1;
        var bet = Math.Min(MostBet, Math.Sqrt(2 * _log / (variance * turn * Math.Log(1 + turn))));
        var off = value - expected;
        _bets += bet;
        _won += bet * value;
        _spread += (-Math.Log(1 - bet) - bet) * off * off;
        _count = turn;
        _sum += value;
        _squares += off * off;
        Bound = Math.Max(Bound, (_won - _spread - _log) / _bets);
    }
}

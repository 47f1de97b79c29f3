using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Benchmarks.Bandits;

/// <summary>Draws an action by a rule's probabilities.</summary>
internal sealed class Chooser
{
    private readonly IExplorationRule _rule;
    private readonly double[] _probabilities;
    private SeededRandom _random;

    public Chooser(IExplorationRule rule, int actions, int seed)
    {
        _rule = rule;
        _probabilities = new double[actions];
        _random = new SeededRandom((ulong)seed);
    }

    /// <summary>Draws one.</summary>
    /// <param name="means">The actions' estimates.</param>
    /// <param name="variances">Their variances.</param>
    /// <param name="decisions">Decisions so far.</param>
    /// <param name="baseRate">The mean reward so far.</param>
    public int Draw(ReadOnlySpan<float> means, ReadOnlySpan<float> variances, int decisions, double baseRate)
    {
        if (_rule is SquareCb squareCb)
        {
            squareCb.Sharpness = SquareCb.Gamma(decisions, baseRate);
        }

        _rule.Fill(means, variances, _probabilities);
        var left = _random.NextUnit();
        for (var i = 0; i < means.Length; i++)
        {
            left -= _probabilities[i];
            if (left < 0)
            {
                return i;
            }
        }

        return means.Length - 1;
    }
}

namespace Personalization.Benchmarks.Models;

/// <summary>How well probabilities of a yes put the yeses first, and whether they mean what they say.</summary>
/// <param name="said">A probability of yes and whether it was one, for each; some of both.</param>
internal sealed class BinaryScores(IReadOnlyList<(float Probability, bool Yes)> said)
{
    private const int Parts = 10;

    private readonly (float Probability, bool Yes)[] _ordered = [.. said.OrderBy(static each => each.Probability)];

    /// <summary>The share of pairs of a yes and a no that are in the right order, half of those that are level among them.</summary>
    public double AreaUnderCurve
    {
        get
        {
            double right = 0, noes = 0;
            foreach (var level in _ordered.GroupBy(static each => each.Probability))
            {
                var (yes, no) = (level.Count(static each => each.Yes), level.Count(static each => !each.Yes));
                right += yes * (noes + (no / 2.0));
                noes += no;
            }

            return right / (noes * (_ordered.Length - noes));
        }
    }

    /// <summary>The mean squared error of the probabilities (Brier 1950).</summary>
    public double Brier => _ordered.Average(static each => Math.Pow(each.Probability - (each.Yes ? 1 : 0), 2));

    /// <summary>Expected calibration error of the probability of yes (Naeini et al. 2015), in parts of equal numbers.</summary>
    public double CalibrationError => Reliability().Sum(static part => part.Count * Math.Abs(part.Said - part.Right)) / _ordered.Length;

    /// <summary>Mean probability said, share that was a yes, and how many, in parts of equal numbers.</summary>
    public IEnumerable<(double Said, double Right, long Count)> Reliability()
    {
        for (var k = 0; k < Parts; k++)
        {
            var (from, to) = (k * _ordered.Length / Parts, (k + 1) * _ordered.Length / Parts);
            if (to > from)
            {
                var part = _ordered[from..to];
                yield return (part.Average(static each => (double)each.Probability), part.Average(static each => each.Yes ? 1.0 : 0), to - from);
            }
        }
    }
}

using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Reporting;

namespace Personalization.LoadTest.Replaying;

/// <summary>How often the withheld item is among the ten that were recommended, and how high.</summary>
internal sealed class NextItemScore
{
    private readonly List<double> _gains = [];

    /// <summary>One user's slate.</summary>
    /// <param name="rank">The withheld item's place, from 1; 0 when it is not there.</param>
    public void Add(int rank)
    {
        lock (_gains)
        {
            _gains.Add(rank == 0 ? 0 : 1 / Math.Log2(rank + 1));
        }
    }

    /// <summary>The share of users whose item was there, with its interval.</summary>
    public Measured HitRate()
    {
        var hits = _gains.Count(gain => gain > 0);
        return new Measured(Summary.Finite(hits / (double)_gains.Count), Summary.Pair(Wilson.Of(hits, _gains.Count)));
    }

    /// <summary>NDCG: with one relevant item, the mean of 1 / log2(rank + 1); with its interval from resampled users.</summary>
    /// <remarks>Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques (2002).</remarks>
    public Measured Ndcg(Rng rng, int draws = 500)
    {
        var means = new double[draws];
        for (var draw = 0; draw < draws; draw++)
        {
            double sum = 0;
            for (var i = 0; i < _gains.Count; i++)
            {
                sum += _gains[rng.Next(_gains.Count)];
            }

            means[draw] = sum / _gains.Count;
        }

        return new Measured(Summary.Finite(_gains.Average()), Summary.Pair(Interval.Of(means)));
    }
}

using Personalization.LoadTest.Measuring;

namespace Personalization.Benchmarks.Load;

/// <summary>Draws users as real ones come: the n-th most active in proportion to 1 / n.</summary>
internal sealed class Zipf
{
    private readonly double[] _runningSums;
    private readonly string[] _ids;

    public Zipf(int count, string prefix)
    {
        _runningSums = new double[count];
        _ids = new string[count];
        double sum = 0;
        for (var i = 0; i < count; i++)
        {
            sum += 1.0 / (i + 1);
            _runningSums[i] = sum;
            _ids[i] = $"{prefix}{i:D6}";
        }
    }

    public string Next(Rng rng) => _ids[NextRank(rng)];

    /// <summary>A user's place in <see cref="All"/>.</summary>
    public int NextRank(Rng rng) => rng.PickCumulative(_runningSums);

    /// <summary>Every user, the most active first.</summary>
    public IReadOnlyList<string> All => _ids;
}

namespace Personalization.Benchmarks.Quality;

/// <summary>Clicks per impression, quarter by quarter of a run.</summary>
internal sealed class Tally
{
    public const int Quarters = 4;
    private readonly double[] _clicks = new double[Quarters];
    private readonly double[] _impressions = new double[Quarters];

    public void Add((double Clicks, double Impressions) page, int quarter)
    {
        _clicks[quarter] += page.Clicks;
        _impressions[quarter] += page.Impressions;
    }

    public double Rate => _clicks.Sum() / Math.Max(1, _impressions.Sum());

    public double RateOf(int quarter) => _clicks[quarter] / Math.Max(1, _impressions[quarter]);
}

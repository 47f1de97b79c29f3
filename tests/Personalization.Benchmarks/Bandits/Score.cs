namespace Personalization.Benchmarks.Bandits;

/// <summary>Adds up what a play costs.</summary>
/// <param name="rounds">How many rounds will be played.</param>
internal sealed class Score(int rounds)
{
    private readonly double[] _costs = new double[10];
    private readonly int[] _played = new int[10];
    private int _round;

    /// <summary>Rounds, from 1, after which the alarm rang.</summary>
    public List<int> Alarms { get; } = [];

    public double MeanCost => _costs.Sum() / Math.Max(1, _round);

    public double MeanReward => 1 - MeanCost;

    public double[] Tenths => [.. _costs.Zip(_played, (cost, n) => cost / Math.Max(1, n))];

    public void Add(double cost, bool alarm)
    {
        var tenth = (int)((long)_round * 10 / rounds);
        _costs[tenth] += cost;
        _played[tenth]++;
        _round++;
        if (alarm)
        {
            Alarms.Add(_round);
        }
    }
}

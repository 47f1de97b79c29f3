namespace Personalization.Benchmarks.Bandits;

/// <summary>Adds up what a play costs.</summary>
/// <param name="rounds">How many rounds will be played.</param>
internal sealed class Score(int rounds)
{
    /// <summary>Points of a learning curve.</summary>
    public const int Checkpoints = 100;

    private readonly double[] _curve = new double[Checkpoints];
    private readonly double[] _costs = new double[10];
    private readonly int[] _played = new int[10];
    private int _round;
    private int _drawn;
    private double _sum;

    /// <summary>Rounds, from 1, after which the alarm rang.</summary>
    public List<int> Alarms { get; } = [];

    public double MeanCost => _sum / Math.Max(1, _round);

    public double MeanReward => 1 - MeanCost;

    /// <summary>The mean cost of all rounds so far, after each hundredth of the rounds; where there are fewer rounds, points repeat.</summary>
    public double[] Curve => _curve;

    public double[] Tenths => [.. _costs.Zip(_played, (cost, n) => cost / Math.Max(1, n))];

    public void Add(double cost, bool alarm)
    {
        var tenth = (int)((long)_round * 10 / rounds);
        _costs[tenth] += cost;
        _played[tenth]++;
        _sum += cost;
        _round++;
        for (; _drawn < Checkpoints && _round >= CheckpointRound(_drawn, rounds); _drawn++)
        {
            _curve[_drawn] = _sum / _round;
        }

        if (alarm)
        {
            Alarms.Add(_round);
        }
    }

    /// <summary>The round, from 1, after which a point of the curve is taken.</summary>
    public static int CheckpointRound(int checkpoint, int rounds) => Math.Max(1, (int)((checkpoint + 1L) * rounds / Checkpoints));
}

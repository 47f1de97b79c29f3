using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards.Evaluation;

namespace Personalization.Benchmarks.OffPolicy;

/// <summary>
/// A world of single choices whose truth is known: ten actions, forty contexts, users who click more and users who click less. The
/// log is made by ε-greedy of one set of scores, and what is evaluated is ε-greedy of another one: weights go up to 18.
/// </summary>
internal sealed class SimulatedDecisions
{
    private const int Actions = 10;
    private const int Contexts = 40;
    private const int PerUser = 5;
    private const double UserEffect = 0.05;
    private const double ScoreNoise = 0.1;
    private readonly double[][] _rates = new double[Contexts][];
    private readonly double[][] _logging = new double[Contexts][];
    private readonly double[][] _target = new double[Contexts][];
    private readonly float[][] _model = new float[Contexts][];

    /// <param name="seed">The world.</param>
    public SimulatedDecisions(ulong seed)
    {
        var random = new SeededRandom(seed);
        for (var c = 0; c < Contexts; c++)
        {
            _rates[c] = [.. Enumerable.Range(0, Actions).Select(_ => UserEffect + (0.5 * random.NextUnit()))];
            _logging[c] = Fill(new EpsilonGreedy(0.5), Noisy(_rates[c], ref random));
            _target[c] = Fill(new EpsilonGreedy(0.1), Noisy(_rates[c], ref random));
            _model[c] = Noisy(_rates[c], ref random);
            Truth += _rates[c].Zip(_target[c], static (r, p) => r * p).Sum() / Contexts;
            LoggedTruth += _rates[c].Zip(_logging[c], static (r, p) => r * p).Sum() / Contexts;
        }
    }

    /// <summary>What the evaluated policy gets in expectation.</summary>
    public double Truth { get; }

    /// <summary>What the policy that makes the log gets in expectation.</summary>
    public double LoggedTruth { get; }

    /// <summary>A log.</summary>
    /// <param name="seed">Its luck.</param>
    /// <param name="count">How many decisions.</param>
    public EvaluatedDecision[] Log(ulong seed, int count)
    {
        var random = new SeededRandom(seed);
        var log = new EvaluatedDecision[count];
        var effect = 0.0;
        for (var i = 0; i < count; i++)
        {
            effect = i % PerUser == 0 ? (random.NextUnit() < 0.5 ? UserEffect : -UserEffect) : effect;
            var c = random.NextIndex(Contexts);
            var a = Draw(_logging[c], ref random);
            var reward = random.NextUnit() < _rates[c][a] + effect ? 1 : 0;
            var value = _target[c].Zip(_model[c], static (p, q) => p * q).Sum();
            log[i] = new EvaluatedDecision(i / PerUser, reward, _logging[c][a], _target[c][a], _model[c][a], value);
        }

        return log;
    }

    /// <summary>One of some actions, by their probabilities.</summary>
    internal static int Draw(double[] probabilities, ref SeededRandom random)
    {
        var left = random.NextUnit();
        for (var a = 0; a < probabilities.Length; a++)
        {
            left -= probabilities[a];
            if (left < 0)
            {
                return a;
            }
        }

        return probabilities.Length - 1;
    }

    /// <summary>A rule's probabilities for some scores.</summary>
    internal static double[] Fill(EpsilonGreedy rule, float[] scores)
    {
        var probabilities = new double[scores.Length];
        rule.Fill(scores, new float[scores.Length], probabilities);
        return probabilities;
    }

    private static float[] Noisy(double[] rates, ref SeededRandom random)
    {
        var noisy = new float[rates.Length];
        for (var a = 0; a < noisy.Length; a++)
        {
            noisy[a] = (float)(rates[a] + (ScoreNoise * ((2 * random.NextUnit()) - 1)));
        }

        return noisy;
    }
}

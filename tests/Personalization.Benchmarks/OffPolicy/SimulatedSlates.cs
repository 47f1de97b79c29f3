using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards.Evaluation;

namespace Personalization.Benchmarks.OffPolicy;

/// <summary>
/// A world of slates of three whose truth is known: shoppers look from the top, go on after an item that they clicked less often than
/// after one that they did not, and a rule fills slot after slot with what is left. Log and target draw by the same scores.
/// </summary>
internal sealed class SimulatedSlates
{
    /// <summary>Slots of a slate.</summary>
    public const int Slots = 3;

    private const int Items = 6;
    private const int Contexts = 8;
    private const double GoOn = 0.8;
    private const double GoOnAfterClick = 0.5;
    private static readonly EpsilonGreedy s_logging = new(0.5);
    private static readonly EpsilonGreedy s_target = new(0.1);
    private readonly double[][] _rates = new double[Contexts][];
    private readonly float[][] _scores = new float[Contexts][];

    /// <param name="seed">The world.</param>
    public SimulatedSlates(ulong seed)
    {
        var random = new SeededRandom(seed);
        for (var c = 0; c < Contexts; c++)
        {
            var (rates, scores) = (_rates[c] = new double[Items], _scores[c] = new float[Items]);
            for (var i = 0; i < Items; i++)
            {
                rates[i] = 0.05 + (0.4 * random.NextUnit());
                scores[i] = (float)(rates[i] + (0.3 * (random.NextUnit() - 0.5)));
            }

            var all = Enumerable.Range(0, Items).ToArray();
            Truth += Value(c, all, Slots, s_target) / Contexts;
            LoggedTruth += Value(c, all, Slots, s_logging) / Contexts;
        }
    }

    /// <summary>Clicks a slate of the target in expectation, worked out over all slates.</summary>
    public double Truth { get; }

    /// <summary>The same of the policy that makes the log.</summary>
    public double LoggedTruth { get; }

    /// <summary>A log.</summary>
    /// <param name="seed">Its luck.</param>
    /// <param name="count">How many slates.</param>
    public EvaluatedSlate[] Log(ulong seed, int count)
    {
        var random = new SeededRandom(seed);
        var log = new EvaluatedSlate[count];
        for (var i = 0; i < count; i++)
        {
            log[i] = new EvaluatedSlate(i, [.. Look(random.NextIndex(Contexts), ref random)]);
        }

        return log;
    }

    private List<EvaluatedSlot> Look(int context, ref SeededRandom random)
    {
        var (seen, left) = (new List<EvaluatedSlot>(), Enumerable.Range(0, Items).ToArray());
        while (seen.Count < Slots)
        {
            var (logging, target) = (Probabilities(context, left, s_logging), Probabilities(context, left, s_target));
            var place = SimulatedDecisions.Draw(logging, ref random);
            var clicked = random.NextUnit() < _rates[context][left[place]];
            seen.Add(new EvaluatedSlot(target[place] / logging[place], clicked ? 1 : 0));
            if (random.NextUnit() >= (clicked ? GoOnAfterClick : GoOn))
            {
                break;
            }

            left = [.. left.Where((_, n) => n != place)];
        }

        return seen;
    }

    private double Value(int context, int[] left, int slots, EpsilonGreedy rule)
    {
        if (slots == 0)
        {
            return 0;
        }

        var (probabilities, value) = (Probabilities(context, left, rule), 0.0);
        for (var n = 0; n < left.Length; n++)
        {
            var (place, rate) = (n, _rates[context][left[n]]);
            var further = Value(context, [.. left.Where((_, other) => other != place)], slots - 1, rule);
            value += probabilities[n] * (rate + (((rate * GoOnAfterClick) + ((1 - rate) * GoOn)) * further));
        }

        return value;
    }

    private double[] Probabilities(int context, int[] left, EpsilonGreedy rule) =>
        SimulatedDecisions.Fill(rule, [.. left.Select(i => _scores[context][i])]);
}

using System.Runtime.CompilerServices;
using Personalization.Domain.Recommendations.Decisions;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// Draws a slate slot by slot without replacement, and knows the exact probability of each draw given the slots above it.
/// </summary>
/// <remarks>
/// <para>
/// A rule that does not ask per slot gives weights of a Plackett–Luce model. Without diversity the whole slate is drawn at
/// once by the Gumbel top-K trick, here as a race of exponential clocks with rates w (Kool, van Hoof, Welling: "Stochastic
/// beams and where to find them", ICML 2019): the order of the first K to ring is distributed as the sequential draw.
/// </para>
/// <para>
/// Diversity is part of the distribution, not a step after it, so that propensities stay those of what was drawn: in each
/// slot a weight is multiplied by (1 − d·m)⁴, where m is the candidate's largest similarity to the slots above and
/// d = 0.95·diversity (maximal marginal relevance on the scale of log-weights; Carbonell and Goldstein, 1998). For a rule
/// that asks per slot, d·m times the range of the means is taken off the mean before the rule is asked.
/// </para>
/// <para>The mass that remains is summed anew for each slot, in double precision: nothing is subtracted and nothing drifts.</para>
/// </remarks>
internal sealed partial class SlateSampler
{
    // Even when all is to be as varied as can be, what is exactly alike is not ruled out.
    private const float MostDiversity = 0.95f;

    private double[] _keys = [];

    /// <summary>Draws a slate.</summary>
    /// <param name="rule">Gives the probabilities.</param>
    /// <param name="means">The candidates' estimates.</param>
    /// <param name="variances">Their variances.</param>
    /// <param name="diversity">[0, 1].</param>
    /// <param name="similarity">How alike the candidates are; not asked when diversity is 0.</param>
    /// <param name="random">Where the luck comes from.</param>
    /// <param name="picks">Receives the candidates, first slot first; as many as the slate has slots, at most as many as there are candidates.</param>
    /// <param name="propensities">Receives the probability of each pick given those above it.</param>
    /// <param name="swaps">
    /// Receives, per slot and the one below it, P(s′)/(P(s) + P(s′)), where s is the slate that was drawn down to the two, and s′ the
    /// same with the two exchanged (<see cref="ExaminationEstimator"/>); 0 where neither order can come. At most one less than there are
    /// picks; empty: not worked out. The draw is the same with and without.
    /// </param>
    public void Draw<TSimilarity>(
        IExplorationRule rule,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> variances,
        float diversity,
        TSimilarity similarity,
        ref SeededRandom random,
        Span<int> picks,
        Span<double> propensities,
        Span<double> swaps = default)
        where TSimilarity : ISlateSimilarity
    {
        Start(rule, means, variances, diversity);
        if (rule.AsksPerSlot || diversity > 0)
        {
            DrawInTurn(similarity, ref random, picks, propensities, swaps);
        }
        else
        {
            Race(_weights.AsSpan(0, means.Length), ref random, picks);
            Account(_weights.AsSpan(0, means.Length), picks, propensities, swaps);
        }
    }

    /// <summary>
    /// What each slot of a drawn slate could have been given, as a rule that asks per slot sees it, whichever rule drew it: what
    /// another rule would have done can be worked out from that.
    /// </summary>
    /// <param name="means">The candidates' estimates.</param>
    /// <param name="variances">Their variances.</param>
    /// <param name="diversity">[0, 1].</param>
    /// <param name="similarity">How alike the candidates are; not asked when diversity is 0.</param>
    /// <param name="picks">The candidates of the slate, first slot first.</param>
    public SlotCandidates[] CandidatesOf<TSimilarity>(
        ReadOnlySpan<float> means, ReadOnlySpan<float> variances, float diversity, TSimilarity similarity, ReadOnlySpan<int> picks)
        where TSimilarity : ISlateSimilarity
    {
        Start(null, means, variances, diversity);
        var slots = new SlotCandidates[picks.Length];
        for (var slot = 0; slot < picks.Length; slot++)
        {
            var at = PlaceOf(picks[slot], slot);
            slots[slot] = new SlotCandidates([.. LookAt(slot, _closest)], [.. _variances.AsSpan(slot, _count - slot)], at - slot);
            if (slot + 1 < picks.Length)
            {
                Measure(slot, at, similarity);
                Choose(slot, at);
            }
        }

        return slots;
    }

    /// <summary>The order in which exponential clocks with the given rates ring first.</summary>
    internal void Race(ReadOnlySpan<double> rates, ref SeededRandom random, Span<int> picks)
    {
        Reserve(rates.Length);
        for (var i = 0; i < rates.Length; i++)
        {
            _keys[i] = rates[i] > 0 ? random.NextExponential() / rates[i] : double.MaxValue;
            _left[i] = i;
        }

        for (var slot = 0; slot < picks.Length; slot++)
        {
            var first = slot;
            for (var i = slot + 1; i < rates.Length; i++)
            {
                if (_keys[_left[i]] < _keys[_left[first]])
                {
                    first = i;
                }
            }

            (_left[slot], _left[first]) = (_left[first], _left[slot]);
            picks[slot] = _left[slot];
        }
    }

    /// <summary>The probability of each pick given those above it, under Plackett–Luce.</summary>
    private void Account(ReadOnlySpan<double> weights, ReadOnlySpan<int> picks, Span<double> propensities, Span<double> swaps)
    {
        var rest = _scratch.AsSpan(0, weights.Length);
        weights.CopyTo(rest);
        for (var slot = 0; slot < picks.Length; slot++)
        {
            var mass = Simd.Sum(rest);
            propensities[slot] = Share(rest[picks[slot]], mass, weights.Length - slot);
            if (slot < swaps.Length)
            {
                swaps[slot] = SwapOfWeights(mass, rest[picks[slot]], rest[picks[slot + 1]]);
            }

            rest[picks[slot]] = 0;
        }
    }

    /// <summary>Draws the slots one after the other, each from what is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DrawInTurn<TSimilarity>(
        TSimilarity similarity, ref SeededRandom random, Span<int> picks, Span<double> propensities, Span<double> swaps)
        where TSimilarity : ISlateSimilarity
    {
        for (var slot = 0; slot < picks.Length; slot++)
        {
            var mass = Weigh(slot, _closest, _scratch);
            var at = slot + AtLuck(_scratch.AsSpan(slot, _count - slot), mass, ref random);
            picks[slot] = _left[at];
            propensities[slot] = Share(_scratch[at], mass, _count - slot);
            var hasPair = slot > 0 && slot <= swaps.Length;
            var isLast = slot + 1 == picks.Length;
            if (hasPair || !isLast)
            {
                Measure(slot, at, similarity);
            }

            if (hasPair)
            {
                swaps[slot - 1] = SwapWithAbove(slot, at, similarity, propensities);
            }

            if (slot < swaps.Length)
            {
                KeepAbove(slot, at, mass);
            }

            if (!isLast)
            {
                Choose(slot, at);
            }
        }
    }

    /// <summary>Draws a place by weight.</summary>
    private static int AtLuck(ReadOnlySpan<double> weights, double mass, ref SeededRandom random) =>
        mass > 0 ? AtMass(weights, random.NextUnit() * mass) : random.NextIndex(weights.Length);

    private static int AtMass(ReadOnlySpan<double> weights, double mass)
    {
        var last = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (weights[i] > 0)
            {
                last = i;
                mass -= weights[i];
                if (mass < 0)
                {
                    break;
                }
            }
        }

        return last;
    }
}

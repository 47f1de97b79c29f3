using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    private double[] _weights = [];
    private double[] _keys = [];
    private double[] _scratch = [];
    private float[] _closest = [];
    private float[] _means = [];
    private float[] _variances = [];
    private int[] _left = [];

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
        Reserve(means.Length);
        if (rule.AsksPerSlot)
        {
            DrawPerSlot(rule, means, variances, MostDiversity * diversity, similarity, ref random, picks, propensities, swaps);
            return;
        }

        rule.Fill(means, variances, _weights);
        if (diversity > 0)
        {
            DrawSequentially(means.Length, MostDiversity * diversity, similarity, ref random, picks, propensities, swaps);
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
        Reserve(means.Length);
        StartLeft(means.Length);
        var closest = _closest.AsSpan(0, means.Length);
        closest.Clear();
        var penalty = MostDiversity * diversity * Range(means);
        var slots = new SlotCandidates[picks.Length];
        for (var slot = 0; slot < picks.Length; slot++)
        {
            var left = _left.AsSpan(slot, means.Length - slot);
            LookAt(left, closest, means, variances, penalty);
            var at = left.IndexOf(picks[slot]);
            slots[slot] = new SlotCandidates([.. _means.AsSpan(0, left.Length)], [.. _variances.AsSpan(0, left.Length)], at);
            (left[0], left[at]) = (left[at], left[0]);
            if (diversity > 0)
            {
                similarity.Raise(picks[slot], closest);
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
            var mass = Sum(rest);
            propensities[slot] = mass > 0 ? rest[picks[slot]] / mass : 1.0 / (weights.Length - slot);
            if (slot < swaps.Length)
            {
                swaps[slot] = SwapOfWeights(mass, rest[picks[slot]], rest[picks[slot + 1]]);
            }

            rest[picks[slot]] = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DrawSequentially<TSimilarity>(
        int count, float strength, TSimilarity similarity, ref SeededRandom random, Span<int> picks, Span<double> propensities, Span<double> swaps)
        where TSimilarity : ISlateSimilarity
    {
        var closest = _closest.AsSpan(0, count);
        closest.Clear();
        StartLeft(count);
        var weights = _scratch.AsSpan(0, count);
        for (var slot = 0; slot < picks.Length; slot++)
        {
            var mass = Discount(_weights.AsSpan(0, count), closest, strength, weights);
            TakeAt(_left.AsSpan(slot, count - slot), weights, mass, ref random, out picks[slot], out propensities[slot]);
            if (slot > 0 && slot <= swaps.Length)
            {
                swaps[slot - 1] = SwapOfDiscounted(count, slot, strength, similarity, picks, propensities);
            }

            if (slot < swaps.Length)
            {
                KeepAbove(weights, mass, closest, _weights[picks[slot]]);
            }

            _weights[picks[slot]] = 0;
            if (slot + 1 < picks.Length)
            {
                similarity.Raise(picks[slot], closest);
            }
        }
    }

    /// <summary>Multiplies each weight by (1 − strength·closest)⁴. Returns the sum, the same on every machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Discount(ReadOnlySpan<double> weights, ReadOnlySpan<float> closest, float strength, Span<double> discounted)
    {
        ref var weight = ref MemoryMarshal.GetReference(weights);
        ref var close = ref MemoryMarshal.GetReference(closest);
        ref var result = ref MemoryMarshal.GetReference(discounted);
        var sums = Vector256<double>.Zero;
        nuint i = 0;
        for (; i + 4 <= (nuint)weights.Length; i += 4)
        {
            var keep = Vector128<float>.One - (strength * Vector128.LoadUnsafe(ref close, i));
            keep *= keep;
            keep *= keep;
            var product = Vector256.LoadUnsafe(ref weight, i) * Vector256.Create(Vector128.WidenLower(keep), Vector128.WidenUpper(keep));
            product.StoreUnsafe(ref result, i);
            sums += product;
        }

        var mass = Vector256.Sum(sums);
        for (var rest = (int)i; rest < weights.Length; rest++)
        {
            var keep = 1 - (strength * closest[rest]);
            keep *= keep;
            mass += discounted[rest] = weights[rest] * (keep * keep);
        }

        return mass;
    }

    /// <summary>Draws one of what is left by weight and moves it to the front. The weights are those of all there were.</summary>
    private static void TakeAt(
        Span<int> left, ReadOnlySpan<double> weights, double mass, ref SeededRandom random, out int pick, out double propensity)
    {
        var at = 0;
        if (mass > 0)
        {
            var rest = random.NextUnit() * mass;
            for (var i = 0; i < left.Length && rest >= 0; i++)
            {
                var weight = weights[left[i]];
                at = weight > 0 ? i : at;
                rest -= weight;
            }

            propensity = weights[left[at]] / mass;
        }
        else
        {
            at = random.NextIndex(left.Length);
            propensity = 1.0 / left.Length;
        }

        pick = left[at];
        (left[0], left[at]) = (left[at], left[0]);
    }

    private void DrawPerSlot<TSimilarity>(
        IExplorationRule rule,
        ReadOnlySpan<float> means,
        ReadOnlySpan<float> variances,
        float strength,
        TSimilarity similarity,
        ref SeededRandom random,
        Span<int> picks,
        Span<double> propensities,
        Span<double> swaps)
        where TSimilarity : ISlateSimilarity
    {
        var closest = _closest.AsSpan(0, means.Length);
        closest.Clear();
        StartLeft(means.Length);
        var penalty = strength * Range(means);
        var above = 0;
        for (var slot = 0; slot < picks.Length; slot++)
        {
            var left = _left.AsSpan(slot, means.Length - slot);
            LookAt(left, closest, means, variances, penalty);
            var weights = _scratch.AsSpan(0, left.Length);
            rule.Fill(_means.AsSpan(0, left.Length), _variances.AsSpan(0, left.Length), weights);
            var at = Take(left, weights, ref random, out picks[slot], out propensities[slot]);
            if (slot > 0 && slot <= swaps.Length)
            {
                UndoTwo(slot - 1, above, at, means.Length);
                swaps[slot - 1] = SwapPerSlot(rule, means, variances, penalty, similarity, slot, picks, propensities);
            }

            if (slot < swaps.Length)
            {
                KeepAbove(weights, Sum(weights), closest, 0);
                above = at;
            }

            if (strength > 0)
            {
                similarity.Raise(picks[slot], closest);
            }
        }
    }

    /// <summary>The estimates of what is left, less what diversity takes off.</summary>
    private void LookAt(
        ReadOnlySpan<int> left, ReadOnlySpan<float> closest, ReadOnlySpan<float> means, ReadOnlySpan<float> variances, float penalty)
    {
        for (var i = 0; i < left.Length; i++)
        {
            _means[i] = means[left[i]] - (penalty * closest[left[i]]);
            _variances[i] = variances[left[i]];
        }
    }

    /// <summary>Draws one of what is left by weight and moves it to the front. Returns where it was.</summary>
    private static int Take(Span<int> left, ReadOnlySpan<double> weights, ref SeededRandom random, out int pick, out double propensity)
    {
        var mass = Sum(weights);
        int at;
        if (mass > 0)
        {
            at = AtMass(weights, random.NextUnit() * mass);
            propensity = weights[at] / mass;
        }
        else
        {
            at = random.NextIndex(left.Length);
            propensity = 1.0 / left.Length;
        }

        pick = left[at];
        (left[0], left[at]) = (left[at], left[0]);
        return at;
    }

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

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static float Range(ReadOnlySpan<float> values)
    {
        float least = float.MaxValue, most = float.MinValue;
        foreach (var value in values)
        {
            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }

        return most - least;
    }

    private void StartLeft(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _left[i] = i;
        }
    }

    private void Reserve(int count)
    {
        if (_weights.Length >= count)
        {
            return;
        }

        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, count));
        _weights = new double[size];
        _keys = new double[size];
        _scratch = new double[size];
        _closest = new float[size];
        _means = new float[size];
        _variances = new float[size];
        _left = new int[size];
        _above = new double[size];
        _other = new double[size];
        _closestAbove = new float[size];
        _order = new int[size];
    }
}

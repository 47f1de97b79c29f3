using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Personalization.Domain.Recommendations.Policies;

// What is left to choose from. The numbers of a candidate lie at its place in every array; what fills a slot trades places with what
// lies there. So those above a slot are the slots filled so far, and what is left is next to each other for the arithmetic.
internal sealed partial class SlateSampler
{
    private IExplorationRule? _rule;
    private int _count;
    private float _strength;
    private float _penalty;

    private int[] _left = [];
    private float[] _means = [];
    private float[] _variances = [];
    private double[] _weights = [];
    private float[] _closest = [];

    // How alike what is left is to what was chosen last.
    private float[] _similar = [];

    // What the rule sees, and what it says.
    private float[] _seen = [];
    private double[] _scratch = [];

    /// <summary>Begins with all candidates left.</summary>
    /// <param name="rule">Null where nobody weighs.</param>
    /// <param name="means">The candidates' estimates.</param>
    /// <param name="variances">Their variances.</param>
    /// <param name="diversity">[0, 1].</param>
    private void Start(IExplorationRule? rule, ReadOnlySpan<float> means, ReadOnlySpan<float> variances, float diversity)
    {
        Reserve(means.Length);
        (_rule, _count, _strength) = (rule, means.Length, MostDiversity * diversity);
        means.CopyTo(_means);
        variances.CopyTo(_variances);
        _closest.AsSpan(0, _count).Clear();
        for (var i = 0; i < _count; i++)
        {
            _left[i] = i;
        }

        if (rule is { AsksPerSlot: false })
        {
            rule.Fill(means, variances, _weights);
            return;
        }

        var (least, most) = Simd.Bounds(means);
        _penalty = _strength * (most - least);
    }

    /// <summary>Where a candidate that is left lies.</summary>
    private int PlaceOf(int candidate, int slot) => slot + _left.AsSpan(slot, _count - slot).IndexOf(candidate);

    /// <summary>Weighs what is left for a slot. Returns the sum of the weights.</summary>
    private double Weigh(int slot, float[] closest, double[] weights)
    {
        var left = weights.AsSpan(slot, _count - slot);
        if (!_rule!.AsksPerSlot)
        {
            return Discount(_weights.AsSpan(slot, left.Length), closest.AsSpan(slot, left.Length), _strength, left);
        }

        _rule.Fill(LookAt(slot, closest), _variances.AsSpan(slot, left.Length), left);
        return Simd.Sum(left);
    }

    /// <summary>The estimates of what is left, less what diversity takes off.</summary>
    private ReadOnlySpan<float> LookAt(int slot, float[] closest)
    {
        var means = _means.AsSpan(slot, _count - slot);
        if (_penalty == 0)
        {
            return means;
        }

        var seen = _seen.AsSpan(slot, means.Length);
        Simd.SubtractScaled(means, _penalty, closest.AsSpan(slot, means.Length), seen);
        return seen;
    }

    /// <summary>Has a slot filled by what lies at a place and has been measured (<see cref="Measure"/>).</summary>
    private void Choose(int slot, int at)
    {
        if (_strength > 0)
        {
            var left = _closest.AsSpan(slot, _count - slot);
            Simd.Max(left, _similar.AsSpan(slot, left.Length), left);
            (_closest[slot], _closest[at]) = (_closest[at], _closest[slot]);
        }

        Trade(slot, at);
    }

    /// <summary>Looks how alike what is left is to what lies at a place.</summary>
    private void Measure<TSimilarity>(int slot, int at, TSimilarity similarity)
        where TSimilarity : ISlateSimilarity
    {
        if (_strength > 0)
        {
            similarity.Measure(_left[at], _left.AsSpan(slot, _count - slot), _similar.AsSpan(slot, _count - slot));
        }
    }

    private void Trade(int one, int other)
    {
        (_left[one], _left[other]) = (_left[other], _left[one]);
        (_means[one], _means[other]) = (_means[other], _means[one]);
        (_variances[one], _variances[other]) = (_variances[other], _variances[one]);
        (_weights[one], _weights[other]) = (_weights[other], _weights[one]);
    }

    // Where nothing has any weight, all are as likely.
    private static double Share(double weight, double mass, int count) => mass > 0 ? weight / mass : 1.0 / count;

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
            var product = Vector256.LoadUnsafe(ref weight, i) * Simd.Widen(keep);
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

    private void Reserve(int count)
    {
        if (_left.Length >= count)
        {
            return;
        }

        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, count));
        _left = new int[size];
        (_means, _variances, _seen) = (new float[size], new float[size], new float[size]);
        (_closest, _closestAbove, _closestOther, _similar) = (new float[size], new float[size], new float[size], new float[size]);
        (_weights, _scratch, _above, _other) = (new double[size], new double[size], new double[size], new double[size]);
        _keys = new double[size];
    }
}

using CsCheck;
using Personalization.Domain.Recommendations.Learning;

namespace Personalization.Domain.Tests.Recommendations.Learning;

/// <summary>An observation that tests can keep.</summary>
internal sealed record SparseLesson(int[] Indices, float[] Values, double Reward, double Later)
{
    public SparseFeatures X => new(Indices, Values);

    // The one that a record comes with would box X, which cannot be.
    public override string ToString() => $"[{string.Join(" ", Indices.Zip(Values, static (i, v) => $"{i}:{v:R}"))}] → {Reward:R}, {Later:R}";

    /// <summary>Any observation of d features: some of them not zero, the bias always.</summary>
    public static Gen<SparseLesson> Gen(int d) =>
        from others in CsCheck.Gen.Int[0, d - 1].Array[0, 9]
        from values in CsCheck.Gen.Float[-1, 1].Array[10]
        from reward in CsCheck.Gen.Double[-1, 2]
        from later in CsCheck.Gen.OneOf(CsCheck.Gen.Const(0.0), CsCheck.Gen.Double[-1, 1])
        select Create([.. others.Append(0).Distinct()], values, reward, later);

    public double[] Dense(int d)
    {
        var dense = new double[d];
        for (var i = 0; i < Indices.Length; i++)
        {
            dense[Indices[i]] = Values[i];
        }

        return dense;
    }

    private static SparseLesson Create(int[] indices, float[] values, double reward, double later) =>
        new(indices, values[..indices.Length], reward, later);
}

using CsCheck;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

public sealed class SimdTests
{
    // Many lengths, so that every number of places left over by a vector comes up; and equals.
    private static readonly Gen<float[]> s_numbers = Gen.OneOf(Gen.Float[-3, 3], Gen.Const(0.5f)).Array[1, 40];

    [Fact]
    public void Sum_AnyNumbers_IsTheirSum() => Gen.Double[-3, 3].Array[0, 40].Sample(x => Assert.Equal(x.Sum(), Simd.Sum(x), 1e-12));

    [Fact]
    public void Bounds_AnyNumbers_AreTheLeastAndTheMost() => s_numbers.Sample(x => Assert.Equal((x.Min(), x.Max()), Simd.Bounds(x)));

    [Fact]
    public void ArgMax_AnyNumbers_IsTheFirstOfTheLargest() => s_numbers.Sample(x => Assert.Equal(Array.IndexOf(x, x.Max()), Probabilities.ArgMax(x)));

    [Fact]
    public void Max_AnyNumbers_IsTheLargerOfEachTwoAndMayBeWrittenOverOne() => s_numbers.Sample(x =>
    {
        var y = x.Reverse().ToArray();
        var expected = x.Zip(y, Math.Max).ToArray();
        Simd.Max(x, y, y);
        Assert.Equal(expected, y);
    });

    [Fact]
    public void SubtractScaled_AnyNumbers_TakesOffSoManyTimesTheOther() => s_numbers.Sample(x =>
    {
        var (y, result) = (x.Reverse().ToArray(), new float[x.Length]);
        Simd.SubtractScaled(x, 0.7f, y, result);
        Assert.All(result, (r, i) => Assert.Equal(x[i] - (0.7f * y[i]), r, 1e-6f));
    });
}

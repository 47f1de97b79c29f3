using CsCheck;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

public sealed class PackedSymmetricTests
{
    private static readonly Gen<(double[] Triangle, double[] X, double S)> s_cases =
        from n in Gen.Int[1, 37]
        from triangle in Gen.Double[-2, 2].Array[PackedSymmetric<double>.Length(n)]
        from x in Gen.OneOf(Gen.Const(0.0), Gen.Double[-2, 2]).Array[n]
        from s in Gen.Double[-1, 1]
        select (triangle, x, s);

    [Fact]
    public void Multiply_AnyMatrix_EqualsTheDenseProduct() => s_cases.Sample(c =>
    {
        var y = new double[c.X.Length];
        PackedSymmetric<double>.Multiply(c.Triangle, c.X, y);
        for (var i = 0; i < y.Length; i++)
        {
            Assert.Equal(Enumerable.Range(0, y.Length).Sum(j => At(c.Triangle, i, j) * c.X[j]), y[i], 1e-10);
        }
    });

    [Fact]
    public void Quadratic_AnyMatrix_EqualsTheDenseForm() => s_cases.Sample(c =>
    {
        var expected = 0.0;
        for (var i = 0; i < c.X.Length; i++)
        {
            for (var j = 0; j < c.X.Length; j++)
            {
                expected += c.X[i] * At(c.Triangle, i, j) * c.X[j];
            }
        }

        Assert.Equal(expected, PackedSymmetric<double>.Quadratic(c.Triangle, c.X), 1e-9);
    });

    [Fact]
    public void AddOuter_AnyVector_AddsEveryProduct() => s_cases.Sample(c =>
    {
        var before = (double[])c.Triangle.Clone();
        PackedSymmetric<double>.AddOuter(c.Triangle, c.X, c.S);
        for (var i = 0; i < c.X.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                Assert.Equal(At(before, i, j) + (c.S * c.X[i] * c.X[j]), At(c.Triangle, i, j), 1e-12);
            }
        }
    });

    private static double At(double[] triangle, int i, int j) => i >= j ? triangle[(i * (i + 1) / 2) + j] : At(triangle, j, i);
}

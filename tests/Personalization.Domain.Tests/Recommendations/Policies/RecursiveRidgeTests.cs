using CsCheck;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

public sealed class RecursiveRidgeTests
{
    private const int D = 7;

    private static readonly Gen<(double[] X, double Reward, double Later)[]> s_observations =
        Gen.Select(Gen.Double[-1, 1].Array[D], Gen.Double[-1, 2], Gen.OneOf(Gen.Const(0.0), Gen.Double[-1, 1])).Array[0, 40];

    private static readonly double[] s_prior = [0.5, -0.25, 0, 0, 0.1, 0, 1];

    [Fact]
    public void Learn_AnyObservations_EqualsTheClosedForm() => s_observations.Sample(observations =>
    {
        var ridge = new RecursiveRidge<double>(s_prior, 2);
        foreach (var (x, reward, _) in observations)
        {
            ridge.Learn(x, reward, new double[D]);
        }

        AssertClose(DenseRidge.Solve(s_prior, 2, observations.Select(o => (o.X, o.Reward))), ridge.Weights, 1e-9);
    });

    [Fact]
    public void Amend_AtAnyLaterTime_EqualsHavingKnownTheRewardAtOnce() => s_observations.Sample(observations =>
    {
        var ridge = new RecursiveRidge<double>(s_prior, 1);
        foreach (var (x, reward, _) in observations)
        {
            ridge.Learn(x, reward, new double[D]);
        }

        foreach (var (x, _, later) in observations.Reverse())
        {
            ridge.Amend(x, later, new double[D]);
        }

        AssertClose(DenseRidge.Solve(s_prior, 1, observations.Select(o => (o.X, o.Reward + o.Later))), ridge.Weights, 1e-9);
    });

    [Fact]
    public void Learn_AHundredThousandInFloat32_StaysNearTheClosedForm()
    {
        var random = new SeededRandom(3);
        var ridge = new RecursiveRidge<float>(new float[D], 30);
        var seen = new List<(double[] X, double Reward)>();
        for (var t = 0; t < 100_000; t++)
        {
            var x = new float[D];
            for (var i = 0; i < D; i++)
            {
                x[i] = i == 0 ? 1 : (float)((random.NextUnit() * 2) - 1);
            }

            var reward = (0.2 * x[0]) + (0.3 * x[1]) - (0.1 * x[2]) + random.NextUnit();
            ridge.Learn(x, (float)reward, new float[D]);
            seen.Add(([.. x.Select(v => (double)v)], (float)reward));
        }

        AssertClose(DenseRidge.Solve(new double[D], 30, seen), [.. ridge.Weights.Select(w => (double)w)], 2e-3);
    }

    [Fact]
    public void Inflate_ManyTimes_NeverRaisesAVarianceAboveThePrior()
    {
        var ridge = new RecursiveRidge<double>(new double[D], 4);
        ridge.Learn([1, 1, 1, 0, 0, 0, 0], 1, new double[D]);
        var before = PackedSymmetric<double>.Quadratic(ridge.Covariance, [1, 0, 0, 0, 0, 0, 0]);
        for (var i = 0; i < 1000; i++)
        {
            ridge.Inflate(0.001);
        }

        var after = PackedSymmetric<double>.Quadratic(ridge.Covariance, [1, 0, 0, 0, 0, 0, 0]);
        Assert.InRange(after, before + 1e-6, 0.25 + 1e-12);
    }

    [Fact]
    public void Inflate_AnyObservations_LeavesNoDirectionLessCertainThanThePrior() => s_observations.Sample(observations =>
    {
        var ridge = new RecursiveRidge<double>(new double[D], 4);
        foreach (var (x, reward, _) in observations)
        {
            ridge.Learn(x, reward, new double[D]);
            ridge.Inflate(0.3);
        }

        foreach (var (x, _, _) in observations)
        {
            Assert.InRange(PackedSymmetric<double>.Quadratic(ridge.Covariance, x), 0, (x.Sum(static v => v * v) / 4) + 1e-12);
        }
    });

    [Fact]
    public void PulledBy_AnotherLambda_IsTheRidgeThatHadItFromTheStart() => Gen.Select(s_observations, Gen.Double[0.5, 20], Gen.Double[0.5, 20])
        .Sample((observations, from, to) =>
        {
            var (ridge, expected) = (new RecursiveRidge<double>(new double[D], from), new RecursiveRidge<double>(new double[D], to));
            foreach (var (x, reward, _) in observations)
            {
                ridge.Learn(x, reward, new double[D]);
                expected.Learn(x, reward, new double[D]);
            }

            var pulled = ridge.PulledBy(to);
            Assert.Equal(to, pulled.Lambda);
            AssertClose(expected.Weights, pulled.Weights, 1e-9);
            AssertClose(expected.Covariance, pulled.Covariance, 1e-9);
        });

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}

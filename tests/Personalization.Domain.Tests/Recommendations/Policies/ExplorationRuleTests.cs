using CsCheck;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

public sealed class ExplorationRuleTests
{
    private static readonly Gen<(float[] Means, float[] Variances)> s_actions =
        from n in Gen.Int[1, 60]
        from means in Gen.OneOf(Gen.Float[-1, 1], Gen.Const(0.25f)).Array[n]
        from variances in Gen.OneOf(Gen.Float[0, 1], Gen.Const(0f)).Array[n]
        select (means, variances);

    public static TheoryData<IExplorationRule> Rules => [new LinMed(), new LinMed(0.5, 0), new SquareCb(50), new GaussianThompson(0.5), new EpsilonGreedy(), new Greedy(), new UniformRule()];

    public static TheoryData<IExplorationRule> RulesWithFloor => [new LinMed(0.05, 0.02), new SquareCb(1000, 0.02), new GaussianThompson(0.05, 0.02), new EpsilonGreedy(0.02)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Fill_AnyActions_ProbabilitiesSumToOne(IExplorationRule rule) => s_actions.Sample(actions =>
    {
        var probabilities = new double[actions.Means.Length];
        rule.Fill(actions.Means, actions.Variances, probabilities);
        Assert.All(probabilities, p => Assert.InRange(p, 0, 1 + 1e-12));
        Assert.Equal(1, probabilities.Sum(), 1e-9);
    });

    [Theory]
    [MemberData(nameof(Rules))]
    public void Fill_OneActionBetterThanAllOthers_GivesItNoLessThanAnyOther(IExplorationRule rule) => s_actions.Sample(actions =>
    {
        var best = actions.Means.Length / 2;
        actions.Means[best] = 2;
        var probabilities = new double[actions.Means.Length];
        rule.Fill(actions.Means, actions.Variances, probabilities);
        Assert.True(probabilities[best] >= probabilities.Max() - 1e-12);
    });

    [Theory]
    [MemberData(nameof(Rules))]
    public void Fill_OneOfTwoOfEqualVarianceIsBetter_GivesItNoLess(IExplorationRule rule) => s_actions.Sample(actions =>
    {
        actions.Variances.AsSpan().Fill(actions.Variances[0]);
        var probabilities = new double[actions.Means.Length];
        rule.Fill(actions.Means, actions.Variances, probabilities);
        var order = Enumerable.Range(0, probabilities.Length).OrderBy(i => actions.Means[i]).ToArray();
        for (var i = 1; i < order.Length; i++)
        {
            Assert.True(probabilities[order[i]] >= probabilities[order[i - 1]] - 1e-7 || actions.Means[order[i]] == actions.Means[order[i - 1]]);
        }
    });

    [Theory]
    [MemberData(nameof(Rules))]
    public void Fill_DrawnFrom_FrequenciesAreTheProbabilities(IExplorationRule rule)
    {
        const int draws = 200_000;
        var probabilities = new double[3];
        float[] means = [0.3f, 0.2f, 0.25f];
        rule.Fill(means, [0.02f, 0.06f, 0.01f], probabilities);
        var sampler = new SlateSampler();
        var random = new SeededRandom(11);
        var counts = new int[3];
        var (picks, propensities) = (new int[1], new double[1]);
        for (var t = 0; t < draws; t++)
        {
            sampler.Draw(rule, means, [0.02f, 0.06f, 0.01f], 0, default(NoSimilarity), ref random, picks, propensities);
            counts[picks[0]]++;
            Assert.Equal(probabilities[picks[0]], propensities[0], 1e-12);
        }

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(probabilities[i], (double)counts[i] / draws, 0.006);
        }
    }

    [Theory]
    [InlineData(0.5, 0.0)]
    [InlineData(0.03, 0.01)]
    public void LinMedFill_AnyActions_FollowsTheFormula(double beta, double floor) => s_actions.Sample(actions =>
    {
        var (means, variances) = actions;
        var best = Array.IndexOf(means, means.Max());
        var weights = means.Select((mean, i) =>
        {
            var (gap, spread) = ((double)means[best] - mean, (double)variances[i] + variances[best]);
            return gap <= 0 ? 1 : spread > 0 ? Math.Exp(-gap * gap / (2 * beta * beta * spread)) : 0;
        }).ToArray();
        var probabilities = new double[means.Length];
        new LinMed(beta, floor).Fill(means, variances, probabilities);
        Assert.All(probabilities, (p, i) => Assert.Equal(((1 - floor) * weights[i] / weights.Sum()) + (floor / means.Length), p, 1e-12));
    });

    [Fact]
    public void SquareCbFill_KnownExample_FollowsTheFormula()
    {
        var probabilities = new double[3];
        new SquareCb(10, 0).Fill([0.5f, 0.25f, 0], [0, 0, 0], probabilities);
        Assert.Equal([1 - (1 / 5.5) - (1 / 8.0), 1 / 5.5, 1 / 8.0], probabilities, new Within(1e-9));
        Assert.Equal(100 * 20 / 0.05, SquareCb.Gamma(400, 0.05), 1e-6);
    }

    [Fact]
    public void GaussianThompsonFill_TwoActions_IsTheNormalProbabilityOfTheDifference()
    {
        var probabilities = new double[2];
        new GaussianThompson(0.5, 0).Fill([0.3f, 0.1f], [0.04f, 0.12f], probabilities);

        // The difference is normal with mean 0.2 and standard deviation 0.5·√0.16: Φ(1).
        Assert.Equal(0.8413447, probabilities[0], 1e-4);
    }

    /// <summary>Who cannot win is left out, sure or not; the others are as likely as they are among themselves.</summary>
    [Fact]
    public void GaussianThompsonFill_ActionsOutOfReach_ChangeNothingForTheOthers()
    {
        var (all, among) = (new double[5], new double[3]);
        new GaussianThompson(0.5, 0).Fill([0.3f, -9, 0.25f, 0.3f, -5], [0.04f, 0.04f, 0.12f, 0, 0], all);
        new GaussianThompson(0.5, 0).Fill([0.3f, 0.25f, 0.3f], [0.04f, 0.12f, 0], among);
        double[] others = [all[0], all[2], all[3]];
        Assert.Equal((0.0, 0.0), (all[1], all[4]));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(among[i], others[i], 1e-9);
            Assert.True(among[i] > 0.05);
        }
    }

    [Fact]
    public void GaussianThompsonFill_ManyActions_AgreesWithDraws()
    {
        float[] means = [0.3f, 0.25f, 0.1f, 0.28f];
        float[] variances = [0.01f, 0.04f, 0.2f, 0.0001f];
        var probabilities = new double[4];
        new GaussianThompson(0.4, 0).Fill(means, variances, probabilities);
        var random = new SeededRandom(1);
        var wins = new int[4];
        for (var t = 0; t < 200_000; t++)
        {
            var draws = means.Select((m, i) => m + (0.4 * Math.Sqrt(variances[i]) * Gauss(ref random))).ToArray();
            wins[Array.IndexOf(draws, draws.Max())]++;
        }

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(wins[i] / 200_000.0, probabilities[i], 0.006);
        }
    }

    [Theory]
    [MemberData(nameof(RulesWithFloor))]
    public void Fill_AnyActions_LeavesNobodyBelowTheFloor(IExplorationRule rule) => s_actions.Sample(actions =>
    {
        var probabilities = new double[actions.Means.Length];
        rule.Fill(actions.Means, actions.Variances, probabilities);
        Assert.All(probabilities, p => Assert.True(p >= (0.02 / actions.Means.Length) - 1e-12));
    });

    [Fact]
    public void LinMedFill_KnownExample_FollowsTheFormula()
    {
        var probabilities = new double[2];
        new LinMed(0.5, 0).Fill([0.3f, 0.1f], [0.02f, 0.06f], probabilities);
        var weight = Math.Exp(-(0.2 * 0.2) / (2 * 0.25 * 0.08));
        Assert.Equal(1 / (1 + weight), probabilities[0], 1e-6);
        Assert.Equal(weight / (1 + weight), probabilities[1], 1e-6);
    }

    [Fact]
    public void LinMedFill_LessIsKnownOfOneOfTwoEqualsBehind_TriesItMore()
    {
        var probabilities = new double[3];
        new LinMed(0.2, 0).Fill([0.3f, 0.2f, 0.2f], [0.01f, 0.01f, 0.2f], probabilities);
        Assert.True(probabilities[2] > probabilities[1]);
    }

    private static double Gauss(ref SeededRandom random) =>
        Math.Sqrt(2 * random.NextExponential()) * Math.Cos(2 * Math.PI * random.NextUnit());

    private sealed class Within(double tolerance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(double value) => 0;
    }
}

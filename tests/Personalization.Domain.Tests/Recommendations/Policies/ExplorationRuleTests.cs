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

    public static TheoryData<IExplorationRule> Rules => [new LinMed(), new LinMed(0.5, 0), new EpsilonGreedy(), new Greedy(), new UniformRule()];

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

    [Fact]
    public void LinMedFill_AnyActions_LeavesNobodyBelowTheFloor() => s_actions.Sample(actions =>
    {
        var probabilities = new double[actions.Means.Length];
        new LinMed(0.05, 0.02).Fill(actions.Means, actions.Variances, probabilities);
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
}

using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

public sealed class ExplorationRulesTests
{
    private static readonly float[] s_means = [0.3f, 0.2f, 0.1f];
    private static readonly float[] s_variances = [0.01f, 0.02f, 0.03f];

    [Theory]
    [InlineData("linmed", "linmed")]
    [InlineData("squarecb", "squarecb")]
    [InlineData("thompson", "thompson")]
    [InlineData("epsilon-greedy", "epsilon_greedy")]
    [InlineData("greedy", "greedy")]
    [InlineData("uniform", "uniform")]
    public void Make_EachName_GivesItsRuleWithProbabilities(string name, string said)
    {
        var rule = ExplorationRules.Make(name, static _ => null);
        Assert.Equal(said, rule.Name);
        Assert.Contains(name, ExplorationRules.Names);
        var probabilities = new double[3];
        rule.Fill(s_means, s_variances, probabilities);
        Assert.Equal(1, probabilities.Sum(), 1e-12);
    }

    [Fact]
    public void Make_Parameters_AreThoseOfTheRule()
    {
        AssertSame(new SquareCb(40, 0.2), ExplorationRules.Make("squarecb", Of(("Sharpness", 40), ("Floor", 0.2))));
        AssertSame(new GaussianThompson(0.7, 0.1), ExplorationRules.Make("thompson", Of(("Beta", 0.7), ("Floor", 0.1))));
        AssertSame(new LinMed(0.5, 0.1), ExplorationRules.Make("linmed", Of(("Beta", 0.5), ("Floor", 0.1))));
        AssertSame(new EpsilonGreedy(0.3), ExplorationRules.Make("epsilon-greedy", Of(("Epsilon", 0.3))));
    }

    [Theory]
    [InlineData("linmed", "Beta", 0)]
    [InlineData("thompson", "Beta", double.NaN)]
    [InlineData("thompson", "Floor", 1.5)]
    [InlineData("squarecb", "Sharpness", -1)]
    [InlineData("squarecb", "Floor", -0.1)]
    [InlineData("epsilon-greedy", "Epsilon", 2)]
    public void Make_ParameterOutOfRange_NamesItAndWhatIsAllowed(string name, string field, double value)
    {
        var e = Assert.Throws<ArgumentException>(() => ExplorationRules.Make(name, Of((field, value))));
        Assert.StartsWith(field + ": is ", e.Message, StringComparison.Ordinal);
        Assert.Contains("allowed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_NoSuchRule_SaysWhichThereAre()
    {
        var e = Assert.Throws<ArgumentException>(static () => ExplorationRules.Make("bold", static _ => null));
        Assert.Contains("'bold'", e.Message, StringComparison.Ordinal);
        Assert.All(ExplorationRules.Names, name => Assert.Contains(name, e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void At_MoreObservations_IsSquareCbOfThatManyAndSurer()
    {
        var rule = Assert.IsAssignableFrom<IPacedRule>(ExplorationRules.Make("squarecb", static _ => null));
        AssertSame(new UniformRule(), rule.At(0, 0));
        AssertSame(new SquareCb(SquareCb.Gamma(400, 0.1)), rule.At(400, 0.1));
        AssertSame(new SquareCb(SquareCb.Gamma(90_000, 0.05)), rule.At(90_000, 0.05));
        Assert.Same(rule.At(7, 0.1), rule.At(7, 0.1));
        Assert.True(Best(rule.At(90_000, 0.05)) > Best(rule.At(400, 0.1)));
    }

    private static double Best(IExplorationRule rule)
    {
        var probabilities = new double[3];
        rule.Fill(s_means, s_variances, probabilities);
        return probabilities[0];
    }

    private static void AssertSame(IExplorationRule expected, IExplorationRule actual)
    {
        var (e, a) = (new double[3], new double[3]);
        expected.Fill(s_means, s_variances, e);
        actual.Fill(s_means, s_variances, a);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(e[i], a[i], 1e-12);
        }
    }

    private static Func<string, double?> Of(params (string Field, double Value)[] values) =>
        field => values.Where(v => v.Field == field).Select(static v => (double?)v.Value).FirstOrDefault();
}

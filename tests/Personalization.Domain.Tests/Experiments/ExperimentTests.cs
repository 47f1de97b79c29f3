using Personalization.Domain.Experiments;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations;

namespace Personalization.Domain.Tests.Experiments;

public sealed class ExperimentTests
{
    private static readonly Experiment s_experiment = new()
    {
        Name = "ranking", Version = 1, Arms = [new("engine", 0.8), new("popularity", 0.1), new("random", 0.1)],
    };

    [Fact]
    public void ArmOf_ManyShoppers_DividesByWeightAndForGood()
    {
        const int Shoppers = 20_000;
        var counts = Enumerable.Range(0, Shoppers).CountBy(static i => s_experiment.ArmOf(UserKey.Known($"u{i}")).Name).ToDictionary();
        foreach (var arm in s_experiment.Arms)
        {
            var expected = arm.Weight * Shoppers;
            Assert.InRange(counts[arm.Name], expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        }

        Assert.Equal(s_experiment.ArmOf(UserKey.Known("u7")), (s_experiment with { }).ArmOf(UserKey.Known("u7")));
    }

    [Fact]
    public void ArmOf_AnotherVersion_DividesIndependently()
    {
        var halves = s_experiment with { Arms = [new("a", 1), new("b", 1)] };
        var both = Enumerable.Range(0, 10_000).Count(i =>
            halves.ArmOf(UserKey.Known($"u{i}")).Name == "a" && (halves with { Version = 2 }).ArmOf(UserKey.Known($"u{i}")).Name == "a");
        Assert.InRange(both, 2500 - 220, 2500 + 220);
    }

    [Fact]
    public void Validate_BrokenRules_AreNamed()
    {
        Assert.Throws<ArgumentException>(() => (s_experiment with { Name = "" }).Validate());
        Assert.Throws<ArgumentException>(() => (s_experiment with { Version = 0 }).Validate());
        Assert.Throws<ArgumentException>(() => (s_experiment with { Arms = [new("a", 1), new("a", 1)] }).Validate());
        Assert.Throws<ArgumentException>(() => (s_experiment with { Arms = [new("a", double.NaN)] }).Validate());
        s_experiment.Validate();
    }

    [Fact]
    public void Parse_NamesOfArms_AreThoseOfTheRecommender()
    {
        foreach (var arm in Enum.GetValues<RankingArm>())
        {
            Assert.Equal(arm, RankingArms.Parse(RankingArms.NameOf(arm)));
        }

        Assert.Contains("allowed: engine, popularity, random", Assert.Throws<ArgumentException>(() => RankingArms.Parse("best")).Message, StringComparison.Ordinal);
    }
}

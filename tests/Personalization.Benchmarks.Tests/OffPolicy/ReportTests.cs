using System.Xml.Linq;
using Personalization.Benchmarks.OffPolicy;
using Personalization.Domain.Rewards.Evaluation;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.Tests.OffPolicy;

public sealed class ReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Finish_EstimatesAndWords_AreAFileWithItsPlots()
    {
        var report = new ReportWriter(Path.Combine(_folder.Path, "made", "here"), "T");
        report.Say($"half is {0.5}");
        report.Estimates("e.svg", "E", "clicks", [("a|b", new ConfidenceInterval(0.25, 0.125, 0.5))]);
        var text = File.ReadAllText(report.Finish());
        Assert.StartsWith("# T\n", text);
        Assert.Contains("half is 0.5", text);
        Assert.Contains("| a\\|b | 0.2500 | 0.1250 | 0.5000 |", text);
        Assert.Contains("](e.svg)", text);
        Assert.NotNull(XDocument.Load(Path.Combine(_folder.Path, "made", "here", "e.svg")).Root);
    }

    [Fact]
    public void Plots_OfALog_AreWellFormed()
    {
        var log = new SimulatedDecisions(1).Log(1, 300);
        var options = new OffPolicyOptions();
        Assert.NotNull(XDocument.Parse(OffPolicyPlots.Weights("w", [0, .. log.Select(static d => d.Weight)]).Draw()).Root);
        Assert.NotNull(XDocument.Parse(OffPolicyPlots.Sequence("s", "clicks", log, options, 0.4).Draw()).Root);
    }

    [Fact]
    public void Weights_AllTheSame_AreDrawn() => Assert.NotNull(XDocument.Parse(OffPolicyPlots.Weights("w", [1, 1, 1]).Draw()).Root);

    [Theory]
    [InlineData(OffPolicyRefusal.EffectiveSizeTooSmall, "effective decisions; at least 200")]
    [InlineData(OffPolicyRefusal.TooFewRewards, "at least 100")]
    [InlineData(OffPolicyRefusal.PropensitiesDoNotFit, "the mean weight is")]
    public void Reason_Refusal_SaysWhatIsWanted(OffPolicyRefusal refusal, string words)
    {
        var options = new OffPolicyOptions();
        var report = OffPolicyEvaluation.Evaluate(new SimulatedDecisions(1).Log(1, 50), options);
        Assert.Contains(words, OffPolicyPlots.Reason(refusal, report, options));
    }
}

namespace Personalization.Host.Tests;

/// <summary>The status page in a real browser, while somebody shops: one script runs all its cases in order; each is a test here.</summary>
public sealed class StatusPageTests(StatusPageTests.Run run) : IClassFixture<StatusPageTests.Run>
{
    [BrowserTheory]
    [InlineData("figures come by themselves")]
    [InlineData("what happens is shown without a reload")]
    [InlineData("it fits a desktop and a phone")]
    [InlineData("nothing goes wrong in it")]
    [InlineData("it says when its figures are old")]
    public void Case_OfTheStatusPage_Passes(string name) => run.Cases.AssertPassed(name);

    [BrowserFact]
    public void Cases_OfTheStatusPage_AreAllTestsHere() => Assert.Equal(5, run.Cases.Outcomes.Count);

    public sealed class Run() : ForeignRun(
        "status-page.mjs", static host => [host.Http.BaseAddress!.ToString(), new Uri(host.GrpcAddress).Authority, Browser.Path!]);
}

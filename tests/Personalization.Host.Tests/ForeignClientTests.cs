namespace Personalization.Host.Tests;

/// <summary>
/// A foreign client shops with the running engine: one script runs all its cases in order, for a visit is one story; each is
/// a test here.
/// </summary>
public sealed class ForeignClientTests(ForeignClientTests.Run run) : IClassFixture<ForeignClientTests.Run>
{
    [Theory]
    [InlineData("catalogue")]
    [InlineData("a batch of a good, a repeated and a bad event")]
    [InlineData("a stream with acknowledgements")]
    [InlineData("reading its own writes")]
    [InlineData("a slate with its propensities")]
    [InlineData("what became of a slate")]
    [InlineData("a decision at the checkout")]
    [InlineData("errors that name their fields")]
    [InlineData("health")]
    [InlineData("reflection")]
    [InlineData("a session of frames")]
    [InlineData("watching a profile")]
    [InlineData("watching a slate")]
    [InlineData("several slates at once")]
    [InlineData("the shop's own candidates in order")]
    [InlineData("the catalogue, page by page")]
    [InlineData("the rejected, page by page, and once more")]
    [InlineData("a visitor who signs in")]
    [InlineData("a shopper who leaves")]
    public void Case_OfTheForeignClient_Passes(string name) => run.Cases.AssertPassed(name);

    [Fact]
    public void Cases_OfTheForeignClient_AreAllTestsHere() => Assert.Equal(19, run.Cases.Outcomes.Count);

    public sealed class Run() : ForeignRun("engine.mjs", static host => [new Uri(host.GrpcAddress).Authority, BuildFacts.PackageMode]);
}

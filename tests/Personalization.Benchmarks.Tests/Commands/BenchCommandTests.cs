namespace Personalization.Benchmarks.Tests.Commands;

public sealed class BenchCommandTests
{
    private const int UsageError = 2;

    [Theory]
    [InlineData("--products must be a number from 70 to 1000000, not '5'", "recommend", "--products", "1000", "5")]
    [InlineData("--products takes one value here", "ingest", "--products", "1000", "2000")]
    [InlineData("--users takes one value here", "grain", "--users", "1000", "2000")]
    [InlineData("--history must be a number from 1 to 1000, not '0'", "recommend", "--history", "0")]
    [InlineData("--seconds must be a number from 0.5 to 3600, not '0'", "echo", "--seconds", "0")]
    [InlineData("--rounds must be a number here", "echo", "--rounds", "file.csv")]
    [InlineData("ope wants --data FOLDER", "ope")]
    [InlineData("--report takes one of --data and --engine", "ope", "--data", "a", "--engine", "b", "--report", "c")]
    [InlineData("curves wants --data FOLDER", "curves")]
    [InlineData("--plot must end in .svg", "slates", "--plot", "plot.png")]
    [InlineData("bandit wants either --data FILE", "bandit")]
    public async Task RunAsync_WrongOptions_SaysWhichAndWhatIsAllowed(string problem, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(UsageError, await BenchCommand.RunAsync(args, output, error));
        Assert.Contains(problem, error.ToString());
        Assert.Empty(output.ToString());
    }

    [Fact]
    public async Task RunAsync_SimulatedLogs_TellsAFigureALine()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(0, await BenchCommand.RunAsync(["ope", "--simulate", "2"], output, error));
        Assert.All(
            output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries),
            static line => Assert.Equal("ope", System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("bench").GetString()));
    }
}

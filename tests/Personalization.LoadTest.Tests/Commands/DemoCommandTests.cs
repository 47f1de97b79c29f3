using Personalization.LoadTest.Commands;

namespace Personalization.LoadTest.Tests.Commands;

public sealed class DemoCommandTests
{
    private static async Task<(int Exit, DemoOptions? Options, string Error)> RunAsync(params string[] args)
    {
        DemoOptions? read = null;
        using var error = new StringWriter();
        var exit = await DemoCommand.RunAsync(args, (options, _) => Task.FromResult((read = options) is null ? 1 : 0), error);
        return (exit, read, error.ToString());
    }

    [Fact]
    public async Task Run_NoOptions_UsesTheDefaults()
    {
        var (exit, options, _) = await RunAsync();
        Assert.Equal(0, exit);
        Assert.Equal(new DemoOptions(), options);
    }

    [Fact]
    public async Task Run_AllOptions_AreRead()
    {
        var (_, options, _) = await RunAsync(
            "--seconds", "5", "--json", "--seed", "9", "--rate", "250.5", "--shoppers", "100", "--products", "200", "--target", "http://127.0.0.1:5000");
        Assert.Equal((5, true, 9, 250.5, 100, 200, "http://127.0.0.1:5000"), (options!.Seconds, options.Json, options.Seed, options.Rate, options.Shoppers, options.Products, options.Target));
    }

    [Theory]
    [InlineData("--bogus", "", "--bogus")]
    [InlineData("--seconds", "0", "1 to 86,400")]
    [InlineData("--seconds", "many", "--seconds")]
    [InlineData("--rate", "-1", "0 to 1,000,000")]
    [InlineData("--replay", "nonsense", "reviews:FILE or sequences:FILE")]
    [InlineData("--replay", "reviews:/no/such/file", "no file '/no/such/file'")]
    [InlineData("--target", "somewhere", "http or https")]
    public async Task Run_WrongOption_SaysWhatAndExitsWithTwo(string option, string value, string said)
    {
        var (exit, options, error) = await RunAsync(value.Length == 0 ? [option] : [option, value]);
        Assert.Equal(2, exit);
        Assert.Null(options);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServeWithReplay_IsRefused()
    {
        var (exit, _, error) = await RunAsync("--serve", "--json");
        Assert.Equal(2, exit);
        Assert.Contains("--serve goes with neither", error, StringComparison.Ordinal);
    }
}

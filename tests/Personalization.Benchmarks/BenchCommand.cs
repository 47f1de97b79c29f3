using System.CommandLine;
using Personalization.Benchmarks.Benches;

namespace Personalization.Benchmarks;

/// <summary>The command line of the benchmarks.</summary>
internal static class BenchCommand
{
    /// <summary>What a wrong command line ends with.</summary>
    private const int UsageError = 2;

    private static readonly IReadOnlyDictionary<string, Func<IBenchmark>> Benchmarks = new Dictionary<string, Func<IBenchmark>>(StringComparer.Ordinal)
    {
        ["echo"] = () => new EchoBenchmark(),
        ["grain"] = () => new GrainBenchmark(),
        ["recommend"] = () => new RecommendBenchmark(),
        ["ingest"] = () => new IngestBenchmark(),
        ["freshness"] = () => new FreshnessBenchmark(),
        ["quality"] = () => new QualityBenchmark(),
    };

    private static readonly Argument<string> Name = new("NAME")
    {
        Description = string.Join("; ", Benchmarks.Select(b => $"{b.Key}: {b.Value().About}")),
    };

    private static readonly Option<double> Warmup = Ranged("--warmup", "Seconds of load before anything is measured.", 10.0, 0.1, 600);
    private static readonly Option<double> Seconds = Ranged("--seconds", "Seconds of each measurement.", 10.0, 0.5, 3600);
    private static readonly Option<int> Rounds = Ranged("--rounds", "Turns into which a comparison is cut.", 3, 1, 100);
    private static readonly Option<int> Callers = Ranged("--callers", "Callers of a throughput run.", 64, 1, 10_000);
    private static readonly Option<int> Products = Ranged("--products", "Products in the catalogue.", 10_000, 70, 100_000);
    private static readonly Option<int> Users = Ranged("--users", "Users, Zipf-distributed.", 100_000, 1, 10_000_000);
    private static readonly Option<int> Seed = Ranged("--seed", "Seed of the load.", 1, 0, int.MaxValue);

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        Name.Validators.Clear();
        Name.AcceptOnlyFromAmong([.. Benchmarks.Keys]);
        var root = new RootCommand("Measures the engine beside the floors it is held against; one JSON object per figure.")
        {
            Name, Warmup, Seconds, Rounds, Callers, Products, Users, Seed,
        };
        root.SetAction((result, _) => RunAsync(result, output));
        var parsed = root.Parse(args);
        foreach (var problem in parsed.Errors)
        {
            await error.WriteLineAsync($"bench: {problem.Message}");
        }

        return parsed.Errors.Count > 0 ? UsageError : await parsed.InvokeAsync();
    }

    private static async Task<int> RunAsync(ParseResult result, TextWriter output)
    {
        var options = new BenchOptions
        {
            Warmup = TimeSpan.FromSeconds(result.GetValue(Warmup)),
            Length = TimeSpan.FromSeconds(result.GetValue(Seconds)),
            Rounds = result.GetValue(Rounds),
            Callers = result.GetValue(Callers),
            Products = result.GetValue(Products),
            Users = result.GetValue(Users),
            Seed = result.GetValue(Seed),
        };
        await Benchmarks[result.GetValue(Name)!]().RunAsync(options, figure =>
        {
            output.WriteLine(figure);
            output.Flush();
        });
        return 0;
    }

    private static Option<T> Ranged<T>(string name, string description, T standard, T low, T high)
        where T : struct, System.Numerics.INumber<T>
    {
        var option = new Option<T>(name)
        {
            Description = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{description} {low} to {high}."),
            HelpName = "N",
            DefaultValueFactory = _ => standard,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && (!T.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out var value) || value < low || value > high))
            {
                result.AddError(string.Create(
                    System.Globalization.CultureInfo.InvariantCulture, $"{name} must be a number from {low} to {high}, not '{result.Tokens[0].Value}'."));
            }
        });
        return option;
    }
}

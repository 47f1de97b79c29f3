using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Personalization.Benchmarks.Benches;
using Personalization.Scoring.Onnx;

namespace Personalization.Benchmarks;

/// <summary>The command line of the benchmarks.</summary>
internal static class BenchCommand
{
    /// <summary>What a wrong command line ends with.</summary>
    private const int UsageError = 2;

    /// <summary>What a benchmark ends with whose figures are not as they must be.</summary>
    private const int Failed = 1;

    private static readonly IReadOnlyDictionary<string, Func<IBenchmark>> Benchmarks = new Dictionary<string, Func<IBenchmark>>(StringComparer.Ordinal)
    {
        ["echo"] = () => new EchoBenchmark(),
        ["grain"] = () => new GrainBenchmark(),
        ["recommend"] = () => new RecommendBenchmark(),
        ["ingest"] = () => new IngestBenchmark(),
        ["freshness"] = () => new FreshnessBenchmark(),
        ["shopper"] = () => new ShopperBenchmark(),
        ["quality"] = () => new QualityBenchmark(),
        ["scoring"] = () => new ScoringBenchmark(),
        ["models"] = () => new ModelsBenchmark(),
        ["bandit"] = () => new BanditBenchmark(),
        ["curves"] = () => new CurvesBenchmark(),
        ["slates"] = () => new SlatesBenchmark(),
        ["ope"] = () => new OffPolicyBenchmark(),
    };

    private static readonly Argument<string> Name = new("NAME")
    {
        Description = string.Join("; ", Benchmarks.Select(b => $"{b.Key}: {b.Value().About}")),
    };

    private static readonly Option<double> Warmup = Ranged("--warmup", "Seconds of load before anything is measured.", 10.0, 0.1, 600);
    private static readonly Option<double> Seconds = Ranged("--seconds", "Seconds of each measurement.", 10.0, 0.5, 3600);
    private static readonly Option<RoundsValue> Rounds = RoundsValue.Option();
    private static readonly Option<int> Callers = Ranged("--callers", "Callers of a throughput run.", 64, 1, 10_000);
    private static readonly Option<int[]> Products = Sizes("--products", "Products in the catalogue.", 10_000, 70, 1_000_000);
    private static readonly Option<int[]> Users = Sizes("--users", "Users, Zipf-distributed.", 100_000, 1, 10_000_000);
    private static readonly Option<int> Residents = Ranged("--residents", "recommend, shopper: shoppers with a past who come back; recommend: 0 for none; shopper: 100 to 20000 of them.", 10_000, 0, 10_000_000);
    private static readonly Option<int> History = Ranged("--history", "recommend, shopper: events in the past of each of them.", 10, 1, 1000);
    private static readonly Option<int> Seed = Ranged("--seed", "Seed of the load.", 1, 0, int.MaxValue);

    private static readonly Option<bool> Soak = new("--soak") { Description = "scoring: whether memory grows under load, for ten minutes or --seconds." };
    private static readonly Option<string> Model = Named("--model", "scoring: which model.", "text", "text", "face", "voice", "behaviour");
    private static readonly Option<string> Device = Named("--device", "scoring, models: on what models run.", "auto", "auto", "cpu", "cuda");
    private static readonly Option<string?> Task = new("--task") { Description = $"models: what the labels are of: {string.Join(", ", ModelsBenchmark.Names)}.", HelpName = "TASK" };
    private static readonly Option<string?> Data = new("--data") { Description = "bandit: labelled rows, comma-separated, with a header line. ope: a folder with the logs of two policies. curves: a folder with the files of both.", HelpName = "PATH" };
    private static readonly Option<string?> Permutation = new("--perm") { Description = "bandit: the order of the rows, one number a line.", HelpName = "FILE" };
    private static readonly Option<string?> Items = new("--items") { Description = "bandit: the items of --rounds FILE. slates: how many items, from --slots (at least 2) to 1000; unset, 50.", HelpName = "FILE|N" };
    private static readonly Option<string> Rule = Named("--rule", "bandit: how it explores.", "linmed", Bandits.Rules.Names);
    private static readonly Option<double?> Beta = new("--beta") { Description = "bandit: the scale of the noise, above 0; unset, 0.05.", HelpName = "N" };
    private static readonly Option<int> Slots = Ranged("--slots", "slates: items that a slate shows.", 5, 1, 20);
    private static readonly Option<int> Seeds = Ranged("--seeds", "slates: how many worlds are played, from --seed on.", 10, 4, 64);
    private static readonly Option<string?> Plot = new("--plot") { Description = "slates: where the regret curves are drawn.", HelpName = "FILE.svg" };
    private static readonly Option<string> Out = new("--out") { Description = "curves: the folder that plots are written to.", HelpName = "FOLDER", DefaultValueFactory = _ => "docs" };
    private static readonly Option<string?> Report = new("--report") { Description = "ope: the folder that a report with plots is written to.", HelpName = "FOLDER" };
    private static readonly Option<int> Simulate = Ranged("--simulate", "ope: logs of a known policy that are simulated, to see how often intervals hold the truth; 0 for none.", 0, 0, 100_000);
    private static readonly Option<string?> Engine = new("--engine") { Description = "ope: the address of an engine, whose own decision log is evaluated.", HelpName = "URL" };
    private static readonly Option<string?> Set = new("--set") { Description = "models: the labelled file: texts tab-separated, sessions comma-separated, with a header line; pictures of faces as in FER+; a folder of wav files named as in EmoDB.", HelpName = "FILE" };
    private static readonly Option<string?> Votes = new("--votes") { Description = "models: the votes on the faces, where the name of the pictures' file does not tell.", HelpName = "FILE" };

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        Task.AcceptOnlyFromAmong([.. ModelsBenchmark.Names]);
        Name.Validators.Clear();
        Name.AcceptOnlyFromAmong([.. Benchmarks.Keys]);
        var root = new RootCommand("Measures the engine beside the floors it is held against; one JSON object per figure.")
        {
            Name, Warmup, Seconds, Rounds, Callers, Products, Users, Residents, History, Seed, Model, Device, Soak, Set, Votes, Task,
            Data, Permutation, Items, Rule, Beta, Slots, Seeds, Plot, Out, Report, Simulate, Engine,
        };
        root.SetAction((result, _) => RunAsync(result, output, error));
        var parsed = root.Parse(args);
        foreach (var problem in parsed.Errors)
        {
            await error.WriteLineAsync($"bench: {problem.Message}");
        }

        return parsed.Errors.Count > 0 ? UsageError : await parsed.InvokeAsync();
    }

    private static async Task<int> RunAsync(ParseResult result, TextWriter output, TextWriter error)
    {
        var rounds = result.GetValue(Rounds)!;
        var options = new BenchOptions
        {
            Warmup = TimeSpan.FromSeconds(result.GetValue(Warmup)),
            Length = TimeSpan.FromSeconds(result.GetValue(Seconds)),
            Rounds = rounds.Number ?? RoundsValue.StandardTurns,
            PlayedRounds = rounds.Number,
            RoundsFile = rounds.File,
            Data = result.GetValue(Data),
            Permutation = result.GetValue(Permutation),
            Items = result.GetValue(Items),
            Rule = result.GetValue(Rule)!,
            Beta = result.GetValue(Beta),
            Callers = result.GetValue(Callers),
            Products = result.GetValue(Products)![0],
            Users = result.GetValue(Users)![0],
            ProductSizes = result.GetValue(Products)!,
            UserSizes = result.GetValue(Users)!,
            Residents = result.GetValue(Residents),
            History = result.GetValue(History),
            Seed = result.GetValue(Seed),
            Model = result.GetValue(Model)!,
            Device = Enum.Parse<ScoringDevice>(result.GetValue(Device)!, ignoreCase: true),
            Soak = result.GetValue(Soak) ? SoakLength(result) : null,
            Slots = result.GetValue(Slots),
            Seeds = result.GetValue(Seeds),
            Plot = result.GetValue(Plot),
            Out = result.GetValue(Out)!,
            Report = result.GetValue(Report),
            Simulate = result.GetValue(Simulate),
            Engine = result.GetValue(Engine),
            Set = result.GetValue(Set),
            Votes = result.GetValue(Votes),
            Task = result.GetValue(Task),
        };
        if ((rounds.Problem(result.GetValue(Name)!) ?? SizesProblem(options, result.GetValue(Name)!)) is { } wrong)
        {
            await error.WriteLineAsync($"bench: {wrong}");
            return UsageError;
        }

        try
        {
            await Benchmarks[result.GetValue(Name)!]().RunAsync(options, figure =>
            {
                output.WriteLine(figure);
                output.Flush();
            });
            return 0;
        }
        catch (BenchFailedException problem)
        {
            await error.WriteLineAsync($"bench: {problem.Message}");
            return Failed;
        }
        catch (BenchUsageException problem)
        {
            await error.WriteLineAsync($"bench: {problem.Message}");
            return UsageError;
        }
    }

    private static string? SizesProblem(BenchOptions options, string benchmark) =>
        benchmark == "recommend" ? null
        : options.ProductSizes.Length > 1 ? "--products takes one value here."
        : options.UserSizes.Length > 1 ? "--users takes one value here."
        : null;

    private static TimeSpan SoakLength(ParseResult result) =>
        result.GetResult(Seconds) is { Implicit: false } ? TimeSpan.FromSeconds(result.GetValue(Seconds)) : TimeSpan.FromMinutes(10);

    private static Option<string> Named(string name, string description, string standard, params string[] names)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.AcceptOnlyFromAmong(names);
        return option;
    }

    private static Option<T> Ranged<T>(string name, string description, T standard, T low, T high)
        where T : struct, System.Numerics.INumber<T>
    {
        var option = new Option<T>(name)
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"{description} {low} to {high}."),
            HelpName = "N",
            DefaultValueFactory = _ => standard,
        };
        option.Validators.Add(result => Check(result, name, low, high));
        return option;
    }

    /// <summary>One number, or several for a benchmark that is then run at each.</summary>
    private static Option<int[]> Sizes(string name, string description, int standard, int low, int high)
    {
        var option = new Option<int[]>(name)
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"{description} {low} to {high}. recommend: several, for a run at each."),
            HelpName = "N…",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = _ => [standard],
        };
        option.Validators.Add(result => Check(result, name, low, high));
        return option;
    }

    private static void Check<T>(OptionResult result, string name, T low, T high)
        where T : struct, System.Numerics.INumber<T>
    {
        foreach (var token in result.Tokens)
        {
            if (!T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) || value < low || value > high)
            {
                result.AddError(string.Create(
                    CultureInfo.InvariantCulture, $"{name} must be a number from {low} to {high}, not '{token.Value}'."));
            }
        }
    }
}

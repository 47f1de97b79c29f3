using System.CommandLine;

namespace Personalization.LoadTest.Commands;

/// <summary>The command line of the demo.</summary>
internal static class DemoCommand
{
    /// <summary>What a wrong command line ends with.</summary>
    public const int UsageError = 2;

    private static readonly Option<int> Seconds = Ranged("--seconds", "How long shoppers visit.", 60, 1, 86_400);
    private static readonly Option<bool> Json = new("--json") { Description = "Print the summary as one JSON object on the last line." };
    private static readonly Option<bool> Serve = new("--serve") { Description = "Start the server with the catalogue and keep serving; no simulation." };
    private static readonly Option<string?> Replay = new("--replay")
    {
        Description = "Replay real data in place of the simulation: reviews:FILE or sequences:FILE.",
        HelpName = "KIND:FILE",
    };

    private static readonly Option<int> Seed = Ranged("--seed", "The shop and its shoppers: the same seed, the same ones.", 1, 0, int.MaxValue);
    private static readonly Option<double> Rate = new("--rate")
    {
        Description = "Events a second to aim for, whether the engine keeps up or not; 0: as fast as it answers.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<int> Shoppers = Ranged("--shoppers", "How many shoppers there are; fewer come back more often.", 300, 40, 1_000_000);
    private static readonly Option<int> Products = Ranged("--products", "How many products there are.", 4000, 70, 100_000);
    private static readonly Option<int> Lanes = Ranged("--lanes", "How many visits are under way at a time, without --rate.", 16, 1, 1000);
    private static readonly Option<string?> Target = new("--target")
    {
        Description = "Drive a server that runs already, at this gRPC address, such as http://127.0.0.1:5000.",
        HelpName = "ADDR",
    };

    private static readonly Option<string?> KeepData = new("--keep-data")
    {
        Description = "Keep the server's data in this folder.",
        HelpName = "DIR",
    };

    private static readonly Option<int> MinFeelings = Ranged(
        "--min-feelings", "Reviews that a product must have to be compared with its truth.", 5, 1, 1000);

    private static readonly Option<int> Sample = Ranged("--sample", "Users asked about in a replay of sequences.", 2000, 10, 1_000_000);
    private static readonly Option<string> Server = new("--server")
    {
        Description = "The server's assembly, when it is not the one built beside this program.",
        HelpName = "FILE",
        DefaultValueFactory = _ => DemoOptions.DefaultServerBinary,
        Hidden = true,
    };

    /// <summary>Reads a command line and runs what it asks for.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="run">Runs it; returns the exit code.</param>
    /// <param name="error">Where a wrong command line is answered.</param>
    public static async Task<int> RunAsync(string[] args, Func<DemoOptions, CancellationToken, Task<int>> run, TextWriter error)
    {
        var root = MakeRoot();
        root.SetAction((result, cancellationToken) => run(Read(result), cancellationToken));
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors)
            {
                await error.WriteLineAsync($"demo: {problem.Message}");
            }

            await error.WriteLineAsync("demo: --help lists the options.");
            return UsageError;
        }

        // The program stops the server and cleans up itself, on Ctrl-C as otherwise.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }

    private static RootCommand MakeRoot()
    {
        var root = new RootCommand("Starts the engine, fills a beauty shop, and lets simulated shoppers loose in it.")
        {
            Seconds, Json, Serve, Replay, Seed, Rate, Shoppers, Products, Lanes, Target, KeepData, MinFeelings, Sample, Server,
        };
        Replay.Validators.Clear();
        Replay.Validators.Add(result =>
        {
            if (ParseReplay(result.GetValueOrDefault<string?>(), out var problem) is null && problem is not null)
            {
                result.AddError(problem);
            }
        });
        Rate.Validators.Clear();
        Rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is < 0 or > 1_000_000 or double.NaN)
            {
                result.AddError("--rate must be 0 to 1,000,000 events a second.");
            }
        });
        Target.Validators.Clear();
        Target.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } target
                && !(Uri.TryCreate(target, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            {
                result.AddError($"--target must be an http or https address with a port, not '{target}'.");
            }
        });
        root.Validators.Add(result =>
        {
            if (result.GetValue(Serve) && (result.GetValue(Replay) is not null || result.GetValue(Target) is not null || result.GetValue(Json)))
            {
                result.AddError("--serve goes with neither --replay, --target nor --json.");
            }

            if (result.GetValue(Target) is not null && result.GetValue(KeepData) is not null)
            {
                result.AddError("--keep-data is for a server that is started here, not for --target.");
            }
        });
        return root;
    }

    private static DemoOptions Read(ParseResult result) => new()
    {
        Seconds = result.GetValue(Seconds),
        Json = result.GetValue(Json),
        Serve = result.GetValue(Serve),
        Replay = ParseReplay(result.GetValue(Replay), out _),
        Seed = result.GetValue(Seed),
        Rate = result.GetValue(Rate),
        Shoppers = result.GetValue(Shoppers),
        Products = result.GetValue(Products),
        Lanes = result.GetValue(Lanes),
        Target = result.GetValue(Target),
        KeepData = result.GetValue(KeepData) is { } directory ? Path.GetFullPath(directory) : null,
        MinFeelings = result.GetValue(MinFeelings),
        Sample = result.GetValue(Sample),
        ServerBinary = result.GetValue(Server)!,
    };

    private static ReplaySource? ParseReplay(string? text, out string? problem)
    {
        problem = null;
        if (text is null)
        {
            return null;
        }

        var colon = text.IndexOf(':');
        ReplayKind? kind = colon < 0 ? null : text[..colon] switch
        {
            "reviews" => ReplayKind.Reviews,
            "sequences" => ReplayKind.Sequences,
            _ => null,
        };
        var file = text[(colon + 1)..];
        problem = kind is null ? $"--replay must be reviews:FILE or sequences:FILE, not '{text}'."
            : File.Exists(file) ? null
            : $"--replay: there is no file '{file}'.";
        return problem is null ? new ReplaySource(kind!.Value, Path.GetFullPath(file)) : null;
    }

    private static Option<int> Ranged(string name, string description, int standard, int low, int high)
    {
        var option = new Option<int>(name)
        {
            Description = $"{description} {low:N0} to {high:N0}.",
            HelpName = "N",
            DefaultValueFactory = _ => standard,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1
                && (!int.TryParse(result.Tokens[0].Value, System.Globalization.CultureInfo.InvariantCulture, out var value) || value < low || value > high))
            {
                result.AddError($"{name} must be a whole number from {low:N0} to {high:N0}, not '{result.Tokens[0].Value}'.");
            }
        });
        return option;
    }
}

using System.CommandLine;
using System.Globalization;

namespace Personalization.Benchmarks;

/// <summary>What <c>--rounds</c> says: how many, or a file of rounds. Which numbers are allowed depends on the benchmark.</summary>
/// <param name="Number">How many; null when nothing is said, or a file.</param>
/// <param name="File">A file; null for none.</param>
internal sealed record RoundsValue(int? Number, string? File)
{
    /// <summary>Turns when nothing is said.</summary>
    public const int StandardTurns = 3;

    /// <summary>The most turns.</summary>
    public const int MostTurns = 100;

    /// <summary>As it is written on the command line.</summary>
    public override string ToString() => File ?? (Number ?? StandardTurns).ToString(CultureInfo.InvariantCulture);

    public static Option<RoundsValue> Option() => new("--rounds")
    {
        Description = $"Turns into which a comparison is cut, 1 to {MostTurns}. bandit: a file of rounds. "
            + "slates: rounds to play, 100 to 1000000; unset, 10000.",
        HelpName = "N|FILE",
        DefaultValueFactory = _ => new RoundsValue(null, null),
        CustomParser = result =>
            int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var number)
                ? new RoundsValue(number, null)
                : new RoundsValue(null, result.Tokens[0].Value),
    };

    /// <summary>What is wrong with it for a benchmark; null for nothing.</summary>
    /// <param name="benchmark">The benchmark's name.</param>
    public string? Problem(string benchmark) => (File, benchmark) switch
    {
        (null, "slates") => null,
        (null, _) when Number is < 1 or > MostTurns => $"--rounds must be a number from 1 to {MostTurns} or a file, not '{this}'.",
        (null, _) or (_, "bandit") => null,
        _ => $"--rounds must be a number here, not '{File}'.",
    };
}

using System.CommandLine;
using System.Globalization;

namespace Personalization.Benchmarks;

/// <summary>What <c>--rounds</c> says: a number of turns, or a file of rounds.</summary>
/// <param name="Turns">Turns into which a comparison is cut.</param>
/// <param name="File">A file; null for none.</param>
internal sealed record RoundsValue(int Turns, string? File)
{
    private const int Standard = 3;
    private const int Most = 100;

    /// <summary>As it is written on the command line.</summary>
    public override string ToString() => File ?? Turns.ToString(CultureInfo.InvariantCulture);

    public static Option<RoundsValue> Option() => new("--rounds")
    {
        Description = $"Turns into which a comparison is cut, 1 to {Most}. bandit: a file of rounds.",
        HelpName = "N|FILE",
        DefaultValueFactory = _ => new RoundsValue(Standard, null),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!int.TryParse(text, CultureInfo.InvariantCulture, out var turns))
            {
                return new RoundsValue(Standard, text);
            }

            if (turns is < 1 or > Most)
            {
                result.AddError($"--rounds must be a number from 1 to {Most} or a file, not '{text}'.");
            }

            return new RoundsValue(turns, null);
        },
    };
}

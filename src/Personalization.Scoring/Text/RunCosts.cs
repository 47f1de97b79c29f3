namespace Personalization.Scoring.Text;

/// <summary>What a run of the text model costs, counted in tokens.</summary>
/// <param name="Fixed">What a run costs besides its tokens.</param>
/// <param name="MostTokens">The most tokens in a run, padding among them; a single row may have more.</param>
/// <param name="Step">Rows are padded to a multiple of so many tokens.</param>
internal sealed record RunCosts(int Fixed, int MostTokens, int Step)
{
    /// <summary>The most rows in a run.</summary>
    public const int MostRows = 64;

    /// <summary>Measured on one core: a run costs as much as 40 tokens, and beyond 1,024 larger ones are not cheaper per token.</summary>
    public static RunCosts Processor { get; } = new(Fixed: 40, MostTokens: 1024, Step: 1);

    /// <summary>
    /// Reckoned, not measured: a device that is hardly busy at such sizes. A run costs its launches, padding little, and new
    /// shapes much.
    /// </summary>
    public static RunCosts Accelerator { get; } = new(Fixed: 2048, MostTokens: 64 * 128, Step: 32);
}

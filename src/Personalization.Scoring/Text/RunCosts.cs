namespace Personalization.Scoring.Text;

/// <summary>What a run of the text model costs, counted in tokens.</summary>
/// <param name="Fixed">What a run costs besides its tokens.</param>
/// <param name="MostTokens">The most tokens in a run, padding among them; a single row may have more.</param>
/// <param name="Step">Rows are padded to a multiple of so many tokens.</param>
/// <param name="MostRows">The most rows in a run.</param>
internal sealed record RunCosts(int Fixed, int MostTokens, int Step, int MostRows = 64)
{
    /// <summary>
    /// Measured on one quiet core: a run costs as much as 40 tokens, and of more than 256 tokens what the layers hand on leaves the
    /// core's cache: a token then costs up to a fifth more.
    /// </summary>
    public static RunCosts Processor { get; } = new(Fixed: 40, MostTokens: 256, Step: 1, MostRows: 64);

    /// <summary>
    /// Reckoned, never measured: a device that is hardly busy at such sizes. A run costs its launches, padding little, and new
    /// shapes much.
    /// </summary>
    public static RunCosts Accelerator { get; } = new(Fixed: 2048, MostTokens: 1024 * 64, Step: 32, MostRows: 1024);

    /// <summary>What runs cost on a device.</summary>
    /// <param name="device">As <see cref="Onnx.OnnxModel.Device"/> has it.</param>
    public static RunCosts Of(string device) => device == Onnx.OnnxSessions.Cuda ? Accelerator : Processor;
}

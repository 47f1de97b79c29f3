namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// The grid that published examinations lie on: exp(−n/50), n from 0 to 230, a step of 2 %. A decision keeps the curve it was made
/// with at one byte a position, and what is learned from it, and amended, is so with exactly that.
/// </summary>
public static class ExaminationGrid
{
    /// <summary>Of how many positions, from the first, a policy learns the examination; those beyond count as the last.</summary>
    public const int Positions = 20;

    private const double StepsPerE = 50;
    private const byte Last = 230;
    private static readonly float[] s_values = [.. Enumerable.Range(0, Last + 1).Select(static n => (float)Math.Exp(-n / StepsPerE))];

    /// <summary>The nearest step.</summary>
    /// <param name="examination">b, above 0; what is beyond the grid counts as its end.</param>
    public static byte Pack(double examination) => (byte)Math.Clamp(Math.Round(-StepsPerE * Math.Log(examination)), 0, Last);

    /// <summary>b of a step, (0, 1].</summary>
    public static float Unpack(byte step) => s_values[Math.Min(step, Last)];

    /// <summary>b of a position on a curve of steps.</summary>
    /// <param name="steps">From the first position on, at least one.</param>
    /// <param name="position">From 1; 0 counts as the first, those beyond the last as the last.</param>
    public static float At(ReadOnlySpan<byte> steps, int position) => Unpack(steps[Math.Clamp(position - 1, 0, steps.Length - 1)]);
}

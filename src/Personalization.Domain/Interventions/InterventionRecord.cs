using System.Buffers;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Interventions;

/// <summary>A decision as it is logged: what is needed to join its outcome and to evaluate policies later.</summary>
/// <param name="DecisionId">The decision.</param>
/// <param name="Action">What was done.</param>
/// <param name="Context">In which situation.</param>
/// <param name="At">When.</param>
/// <param name="Propensities">The probability of each action, in order of their indexes.</param>
/// <param name="ModelVersion">The version of the model that decided.</param>
public sealed record InterventionRecord(
    string DecisionId, InterventionAction Action, InterventionContext Context, DateTimeOffset At, float[] Propensities, long ModelVersion)
{
    // Also the record's first byte in the log, where decisions of several stages lie side by side: no other stage's begin so.
    private const byte Format = 0x41;

    /// <summary>Whether a logged decision is an intervention.</summary>
    public static bool IsIntervention(ReadOnlySpan<byte> body) => body is [Format, ..];

    /// <summary>Writes the record.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.Text(DecisionId);
        writer.Byte((byte)Action);
        writer.Byte(Context.Number);
        writer.Time(At);
        writer.Singles(Propensities);
        writer.Int(ModelVersion);
    }

    /// <summary>Reads a record.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public static InterventionRecord Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var format = reader.Byte();
        return format == Format
            ? new InterventionRecord(
                reader.Text(), (InterventionAction)reader.Byte(), InterventionContext.OfNumber(reader.Byte()), reader.Time(),
                reader.Singles(), reader.Int())
            : throw new FormatException($"An intervention is logged in format {format}; this version reads {Format}.");
    }
}

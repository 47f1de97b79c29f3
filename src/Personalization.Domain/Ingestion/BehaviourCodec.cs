using Personalization.Domain.Serialization;

namespace Personalization.Domain.Ingestion;

/// <summary>
/// Writes and reads behaviour, by far the most frequent payload: one byte tells which fields are there, so that a click
/// is two bytes. Fields follow in the order of the flags.
/// </summary>
internal static class BehaviourCodec
{
    [Flags]
    private enum Present : byte
    {
        None = 0,
        Dwell = 1,
        Depth = 2,
        Count = 4,
        Term = 8,
        Revenue = 16,
        Margin = 32,
        Currency = 64,
        All = 127,
    }

    public static void Write(BehaviourPayload payload, StateWriter writer)
    {
        Enums.Write(writer, payload.Action, "behaviour.action");
        var present = FieldsOf(payload);
        writer.Byte((byte)present);
        if (present == Present.None)
        {
            return;
        }

        if (present.HasFlag(Present.Dwell))
        {
            writer.Int(payload.DwellMs);
        }

        if (present.HasFlag(Present.Depth))
        {
            writer.Single(payload.Depth);
        }

        if (present.HasFlag(Present.Count))
        {
            writer.Int(payload.Count);
        }

        if (present.HasFlag(Present.Term))
        {
            writer.Text(payload.Term);
        }

        if (present.HasFlag(Present.Revenue))
        {
            writer.Decimal(payload.Revenue);
        }

        if (present.HasFlag(Present.Margin))
        {
            writer.Decimal(payload.Margin!.Value);
        }

        if (present.HasFlag(Present.Currency))
        {
            writer.Text(payload.Currency);
        }
    }

    public static BehaviourPayload Read(ref StateReader reader)
    {
        var action = Enums.Read<BehaviourKind>(ref reader);
        var present = (Present)reader.Byte();
        if ((present & ~Present.All) != 0)
        {
            throw new FormatException($"Behaviour names fields that are not known: {(byte)present}.");
        }

        return new BehaviourPayload
        {
            Action = action,
            DwellMs = present.HasFlag(Present.Dwell) ? PayloadCodec.Int32(ref reader) : 0,
            Depth = present.HasFlag(Present.Depth) ? reader.Single() : 0,
            Count = present.HasFlag(Present.Count) ? PayloadCodec.Int32(ref reader) : 1,
            Term = present.HasFlag(Present.Term) ? reader.Text() : string.Empty,
            Revenue = present.HasFlag(Present.Revenue) ? reader.Decimal() : 0,
            Margin = present.HasFlag(Present.Margin) ? reader.Decimal() : null,
            Currency = present.HasFlag(Present.Currency) ? reader.Text() : string.Empty,
        };
    }

    private static Present FieldsOf(BehaviourPayload payload) =>
        (payload.DwellMs != 0 ? Present.Dwell : 0)
        | (payload.Depth != 0 ? Present.Depth : 0)
        | (payload.Count != 1 ? Present.Count : 0)
        | (payload.Term.Length != 0 ? Present.Term : 0)
        | (payload.Revenue != 0 ? Present.Revenue : 0)
        | (payload.Margin.HasValue ? Present.Margin : 0)
        | (payload.Currency.Length != 0 ? Present.Currency : 0);
}

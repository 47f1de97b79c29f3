using System.Buffers;
using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Consent;

/// <summary>What one shopper has said about what may be read and what it may be used for. Immutable.</summary>
/// <remarks>A field that the shopper has said nothing about is neither: the <see cref="ConsentPolicy"/> speaks for it.</remarks>
public sealed record ConsentRecord
{
    private const byte Format = 1;

    /// <summary>A shopper who has said nothing.</summary>
    public static ConsentRecord Silent { get; } = new();

    /// <summary>Purposes granted, bit n for the purpose of number n.</summary>
    public byte GrantedPurposes { get; private init; }

    /// <summary>Purposes denied, likewise.</summary>
    public byte DeniedPurposes { get; private init; }

    /// <summary>Modalities granted.</summary>
    public ModalitySet GrantedModalities { get; private init; }

    /// <summary>Modalities denied.</summary>
    public ModalitySet DeniedModalities { get; private init; }

    /// <summary>The version of the text that was agreed to; empty when not said.</summary>
    public string PolicyVersion { get; init; } = string.Empty;

    /// <summary>Where it was said; empty when not said.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>When it was last said; the beginning of time for a silent shopper.</summary>
    public DateTimeOffset At { get; init; } = DateTimeOffset.MinValue;

    /// <summary>What the shopper has said of a purpose; null for nothing.</summary>
    public bool? Said(ConsentPurpose purpose) => Said(GrantedPurposes, DeniedPurposes, 1 << (int)purpose);

    /// <summary>What the shopper has said of a modality; null for nothing.</summary>
    public bool? Said(Modality modality) => Said((int)GrantedModalities, (int)DeniedModalities, (int)modality.ToSet());

    /// <summary>Whether a purpose holds.</summary>
    public bool Allows(ConsentPurpose purpose, ConsentPolicy policy) => Said(purpose) ?? policy.Grants(purpose);

    /// <summary>Whether a modality may be read, for whatever purpose holds.</summary>
    public bool Allows(Modality modality, ConsentPolicy policy) => Said(modality) ?? policy.Grants(modality);

    /// <summary>Whether a modality may be read for a purpose: both must hold.</summary>
    public bool Allows(Modality modality, ConsentPurpose purpose, ConsentPolicy policy) =>
        Allows(purpose, policy) && Allows(modality, policy);

    /// <summary>The modalities that may be read for personalization.</summary>
    public ModalitySet Readable(ConsentPolicy policy)
    {
        var readable = ModalitySet.None;
        if (Allows(ConsentPurpose.Personalization, policy))
        {
            for (var m = 0; m < Modalities.Count; m++)
            {
                readable |= Allows((Modality)m, policy) ? ((Modality)m).ToSet() : ModalitySet.None;
            }
        }

        return readable;
    }

    /// <summary>This record after the shopper has spoken of a purpose.</summary>
    public ConsentRecord With(ConsentPurpose purpose, bool granted)
    {
        var bit = (byte)(1 << (int)purpose);
        return this with
        {
            GrantedPurposes = (byte)(granted ? GrantedPurposes | bit : GrantedPurposes & ~bit),
            DeniedPurposes = (byte)(granted ? DeniedPurposes & ~bit : DeniedPurposes | bit),
        };
    }

    /// <summary>This record after the shopper has spoken of a modality.</summary>
    public ConsentRecord With(Modality modality, bool granted)
    {
        var bit = modality.ToSet();
        return this with
        {
            GrantedModalities = granted ? GrantedModalities | bit : GrantedModalities & ~bit,
            DeniedModalities = granted ? DeniedModalities & ~bit : DeniedModalities | bit,
        };
    }

    /// <summary>
    /// What holds when two records turn out to be of one person: a denial in either stands, and what only one of them speaks
    /// of is as that one says. The order does not matter.
    /// </summary>
    public ConsentRecord Combine(ConsentRecord other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var newer = At > other.At || (At == other.At && string.CompareOrdinal(PolicyVersion + Source, other.PolicyVersion + other.Source) >= 0)
            ? this
            : other;
        var deniedPurposes = (byte)(DeniedPurposes | other.DeniedPurposes);
        var deniedModalities = DeniedModalities | other.DeniedModalities;
        return new ConsentRecord
        {
            GrantedPurposes = (byte)((GrantedPurposes | other.GrantedPurposes) & ~deniedPurposes),
            DeniedPurposes = deniedPurposes,
            GrantedModalities = (GrantedModalities | other.GrantedModalities) & ~deniedModalities,
            DeniedModalities = deniedModalities,
            PolicyVersion = newer.PolicyVersion,
            Source = newer.Source,
            At = newer.At,
        };
    }

    /// <summary>The record as bytes.</summary>
    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>(64);
        Write(new StateWriter(output));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Writes the record.</summary>
    public void Write(StateWriter writer)
    {
        writer.Byte(Format);
        writer.Byte(GrantedPurposes);
        writer.Byte(DeniedPurposes);
        writer.Byte((byte)GrantedModalities);
        writer.Byte((byte)DeniedModalities);
        writer.Text(PolicyVersion);
        writer.Text(Source);
        writer.Time(At);
    }

    /// <summary>Reads a record.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public static ConsentRecord Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        return Read(ref reader);
    }

    /// <inheritdoc cref="Decode"/>
    public static ConsentRecord Read(ref StateReader reader)
    {
        StateCheck.Version(ref reader, Format, "consent record");
        return new ConsentRecord
        {
            GrantedPurposes = reader.Byte(),
            DeniedPurposes = reader.Byte(),
            GrantedModalities = (ModalitySet)reader.Byte() & ModalitySet.All,
            DeniedModalities = (ModalitySet)reader.Byte() & ModalitySet.All,
            PolicyVersion = reader.Text(),
            Source = reader.Text(),
            At = reader.Time(),
        };
    }

    private static bool? Said(int granted, int denied, int bit) =>
        (denied & bit) != 0 ? false : (granted & bit) != 0 ? true : null;
}

using System.Buffers;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Modes;

/// <summary>What readers of the modes are told: everything, but of the shadow's model what has changed.</summary>
/// <param name="Mode">Who decides.</param>
/// <param name="Exploration">The rule that was promoted; null for the configured one.</param>
/// <param name="Shadow">What stands in the shadow; null for nothing.</param>
public sealed record ModesChanges(PolicyMode Mode, ExplorationSpec? Exploration, ShadowChanges? Shadow)
{
    private const byte Format = 1;
    private static readonly PolicyChangesCodec s_own = new();

    /// <summary>What a reader lacks.</summary>
    /// <param name="modes">The modes now.</param>
    /// <param name="number">The number of the shadow that the reader has; 0 for none.</param>
    /// <param name="version">The version of its model that the reader has; 0 for none.</param>
    public static ModesChanges Of(PolicyModes modes, long number, long version)
    {
        ArgumentNullException.ThrowIfNull(modes);
        return new(modes.Mode, modes.Exploration, modes.Shadow is not { } shadow ? null : new ShadowChanges(
            shadow.Number, shadow.Share, shadow.Exploration, shadow.Own?.ChangesSince(shadow.Number == number ? version : 0)));
    }

    /// <summary>Writes them.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.Byte((byte)Mode);
        ExplorationSpec.Write(writer, Exploration);
        writer.Bool(Shadow is not null);
        if (Shadow is { } shadow)
        {
            writer.UInt((ulong)shadow.Number);
            writer.Double(shadow.Share);
            ExplorationSpec.Write(writer, shadow.Exploration);
            if (shadow.Own is { } own)
            {
                s_own.Write(own, output);
            }
        }
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of another version.</exception>
    public static ModesChanges Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        StateCheck.Version(ref reader, Format, "change of modes");

        var (mode, exploration) = ((PolicyMode)reader.Byte(), ExplorationSpec.Read(ref reader));
        return new ModesChanges(mode, exploration, reader.Bool() ? ReadShadow(ref reader) : null);
    }

    private static ShadowChanges ReadShadow(ref StateReader reader)
    {
        var (number, share, exploration) = (checked((long)reader.UInt()), reader.Double(), ExplorationSpec.Read(ref reader));
        return new ShadowChanges(number, share, exploration, reader.AtEnd ? null : s_own.Read(reader.Rest));
    }
}

/// <summary>What readers are told of the shadow.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Share">Of which share of decisions it is scored.</param>
/// <param name="Exploration">Its rule; null for the live policy's.</param>
/// <param name="Own">What has changed in its model; null where that is the live one.</param>
public sealed record ShadowChanges(long Number, double Share, ExplorationSpec? Exploration, PolicyChanges? Own);

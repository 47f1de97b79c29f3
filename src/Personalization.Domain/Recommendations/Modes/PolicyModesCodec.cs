using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Modes;

/// <summary>How <see cref="PolicyModes"/> are stored.</summary>
/// <param name="shape">The shape of the features from here on.</param>
/// <param name="options">How models learn from here on.</param>
public sealed class PolicyModesCodec(PolicyShape shape, HybridRidgeOptions options)
{
    private const byte Format = 1;

    /// <summary>Writes them.</summary>
    public void Write(StateWriter writer, PolicyModes modes)
    {
        ArgumentNullException.ThrowIfNull(modes);
        writer.Byte(Format);
        writer.Byte((byte)modes.Mode);
        ExplorationSpec.Write(writer, modes.Exploration);
        writer.UInt((ulong)modes.Numbered);
        writer.UInt((ulong)modes.Version);
        writer.Bool(modes.Exit is not null);
        if (modes.Exit is { } exit)
        {
            writer.UInt((ulong)exit.Decisions);
            writer.Double(exit.Agreement);
            writer.Double(exit.RewardShare);
            modes.TowardsExit.Write(writer);
        }

        writer.Bool(modes.Shadow is not null);
        if (modes.Shadow is { } shadow)
        {
            WriteShadow(writer, shadow);
        }
    }

    /// <summary>Reads them. A shadow whose model is of no use here any more is let go.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public PolicyModes Read(ref StateReader reader)
    {
        StateCheck.Version(ref reader, Format, "policy's state of modes");

        var modes = new PolicyModes
        {
            Mode = (PolicyMode)reader.Byte(),
            Exploration = ExplorationSpec.Read(ref reader),
            Numbered = checked((long)reader.UInt()),
            Version = checked((long)reader.UInt()),
        };
        if (reader.Bool())
        {
            modes.Exit = new ApprenticeExit(checked((int)reader.UInt()), reader.Double(), reader.Double());
            modes.TowardsExit = FirstChoices.Read(ref reader);
        }

        modes.Shadow = reader.Bool() ? ReadShadow(ref reader) : null;
        return modes;
    }

    private static void WriteShadow(StateWriter writer, Shadow shadow)
    {
        writer.UInt((ulong)shadow.Number);
        writer.Time(shadow.Since);
        ExplorationSpec.Write(writer, shadow.Exploration);
        writer.Double(shadow.Share);
        shadow.FirstChoices.Write(writer);
        using var model = new PooledBuffer();
        if (shadow.Own is { } own)
        {
            var inner = new StateWriter(model);
            own.Offsets.Write(inner);
            PolicyModelCodec.Write(inner, own.Model);
        }

        // By itself, so that what cannot be used can be stepped over.
        writer.Bytes(model.WrittenSpan);
    }

    private Shadow? ReadShadow(ref StateReader reader)
    {
        var (number, since) = (checked((long)reader.UInt()), reader.Time());
        var (exploration, share) = (ExplorationSpec.Read(ref reader), reader.Double());
        var choices = FirstChoices.Read(ref reader);
        var model = reader.Bytes();
        PolicyStatistics? own = null;
        if (!model.IsEmpty)
        {
            var inner = new StateReader(model);
            var learned = AppliedOffsets.Read(ref inner);
            if (PolicyModelCodec.Read(ref inner, shape, options, out _) is not { } read)
            {
                return null;
            }

            own = PolicyStatistics.Of(read, learned);
        }

        return new Shadow { Number = number, Since = since, Exploration = exploration, Share = share, Own = own, FirstChoices = choices };
    }
}

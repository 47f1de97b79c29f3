using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>How a lesson travels from its shopper to its policy, and is kept until the policy has it.</summary>
public static class PolicyUpdateCodec
{
    private const byte Format = 1;

    /// <summary>Writes a lesson.</summary>
    public static void Write(PolicyUpdate update, StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(update);
        writer.Byte(Format);
        writer.Byte((byte)update.Kind);
        writer.Text(update.ItemId);
        writer.Bytes(MemoryMarshal.AsBytes(update.User.AsSpan()));
        writer.Bytes(MemoryMarshal.AsBytes(update.Item.AsSpan()));
        writer.Int(update.Position);
        writer.Single(update.Reward);
        writer.Int(update.PolicyVersion);
        writer.Int(update.FeatureVersion);
    }

    /// <summary>Reads a lesson.</summary>
    /// <param name="offset">The offset of the event that taught it; it travels beside the lesson.</param>
    /// <param name="bytes">The lesson.</param>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public static PolicyUpdate Read(long offset, ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        var format = reader.Byte();
        return format == Format
            ? new PolicyUpdate
            {
                Offset = offset,
                Kind = (PolicyUpdateKind)reader.Byte(),
                ItemId = reader.Text(),
                User = Signed(reader.Bytes()),
                Item = Signed(reader.Bytes()),
                Position = checked((int)reader.Int()),
                Reward = reader.Single(),
                PolicyVersion = reader.Int(),
                FeatureVersion = checked((int)reader.Int()),
            }
            : throw new FormatException($"A lesson has format {format}; this version reads {Format}.");
    }

    private static ImmutableArray<sbyte> Signed(ReadOnlySpan<byte> bytes) => [.. MemoryMarshal.Cast<byte, sbyte>(bytes)];
}

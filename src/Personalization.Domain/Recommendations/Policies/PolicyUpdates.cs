using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>Carries lessons from where they were joined to the policy's owner.</summary>
public static class PolicyUpdates
{
    private const byte FormatVersion = 1;

    /// <summary>Writes lessons.</summary>
    public static void Write(IReadOnlyCollection<PolicyUpdate> updates, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(updates);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.UInt((ulong)updates.Count);
        foreach (var update in updates)
        {
            Write(writer, update);
        }
    }

    /// <summary>Reads lessons.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public static PolicyUpdate[] Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        if (reader.Byte() is var version && version != FormatVersion)
        {
            throw new FormatException($"Policy updates of format {version}; this version reads {FormatVersion}.");
        }

        var updates = new PolicyUpdate[reader.Count(12)];
        for (var i = 0; i < updates.Length; i++)
        {
            updates[i] = new PolicyUpdate
            {
                Kind = (PolicyUpdateKind)reader.Byte(),
                Offset = (long)reader.UInt(),
                ItemId = reader.Text(),
                User = Features(reader.Bytes()),
                Item = Features(reader.Bytes()),
                Position = checked((int)reader.UInt()),
                Reward = reader.Single(),
                PolicyVersion = (long)reader.UInt(),
                FeatureVersion = checked((int)reader.UInt()),
            };
        }

        return updates;
    }

    internal static void Write(StateWriter writer, PolicyUpdate update)
    {
        writer.Byte((byte)update.Kind);
        writer.UInt((ulong)update.Offset);
        writer.Text(update.ItemId);
        writer.Bytes(MemoryMarshal.AsBytes(update.User.AsSpan()));
        writer.Bytes(MemoryMarshal.AsBytes(update.Item.AsSpan()));
        writer.UInt((ulong)update.Position);
        writer.Single(update.Reward);
        writer.UInt((ulong)update.PolicyVersion);
        writer.UInt((ulong)update.FeatureVersion);
    }

    private static ImmutableArray<sbyte> Features(ReadOnlySpan<byte> bytes) => [.. MemoryMarshal.Cast<byte, sbyte>(bytes)];
}

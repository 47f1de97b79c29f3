using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>How a lesson travels from its shopper to its policy, and is kept until the policy has it.</summary>
public static class PolicyUpdateCodec
{
    private const byte Format = 2;

    // The same with what the shadow would have done at the end, for lessons that say it.
    private const byte WithShadow = 3;

    // Lessons of this format end with the version of the features.
    private const byte WithoutExamination = 1;

    /// <summary>Writes a lesson.</summary>
    public static void Write(PolicyUpdate update, StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(update);
        writer.Byte(update.Shadow > 0 ? WithShadow : Format);
        writer.Byte((byte)update.Kind);
        writer.Text(update.ItemId);
        writer.Bytes(MemoryMarshal.AsBytes(update.User.AsSpan()));
        writer.Bytes(MemoryMarshal.AsBytes(update.Item.AsSpan()));
        writer.Int(update.Position);
        writer.Single(update.Reward);
        writer.Int(update.PolicyVersion);
        writer.Int(update.FeatureVersion);
        writer.Single(update.Examination);
        if (update.Kind == PolicyUpdateKind.Settlement)
        {
            WriteSettlement(writer, update);
        }

        if (update.Shadow > 0)
        {
            writer.UInt((ulong)update.Shadow);
            writer.Single(update.ShadowPropensity);
        }
    }

    /// <summary>Reads a lesson.</summary>
    /// <param name="offset">The offset of the event that taught it; it travels beside the lesson.</param>
    /// <param name="bytes">The lesson.</param>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public static PolicyUpdate Read(long offset, ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        var format = StateCheck.Version(ref reader, WithShadow, "lesson");

        var update = new PolicyUpdate
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
            Examination = format == WithoutExamination ? 0 : reader.Single(),
        };
        update = update.Kind == PolicyUpdateKind.Settlement ? ReadSettlement(ref reader, update) : update;
        return format == WithShadow
            ? update with { Shadow = checked((long)reader.UInt()), ShadowPropensity = reader.Single() }
            : update;
    }

    private static void WriteSettlement(StateWriter writer, PolicyUpdate update)
    {
        writer.Bool(update.Loss is not null);
        writer.Single(update.Loss ?? 0);
        writer.UInt((ulong)update.Pairs.Length);
        foreach (var pair in update.Pairs)
        {
            writer.Byte((byte)pair.Position);
            writer.Half(pair.Weight);
            writer.Byte((byte)((pair.Upper ? 1 : 0) | (pair.Lower ? 2 : 0)));
        }
    }

    private static PolicyUpdate ReadSettlement(ref StateReader reader, PolicyUpdate update)
    {
        var hasLoss = reader.Bool();
        var loss = reader.Single();
        var pairs = ImmutableArray.CreateBuilder<SlotPair>(reader.Count(4));
        for (var left = pairs.Capacity; left > 0; left--)
        {
            var (position, weight, got) = (reader.Byte(), reader.Half(), reader.Byte());
            pairs.Add(new SlotPair(position, weight, (got & 1) != 0, (got & 2) != 0));
        }

        return update with { Loss = hasLoss ? loss : null, Pairs = pairs.MoveToImmutable() };
    }

    private static ImmutableArray<sbyte> Signed(ReadOnlySpan<byte> bytes) => [.. MemoryMarshal.Cast<byte, sbyte>(bytes)];
}

using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Rewards;

/// <summary>
/// One line of the decision log: an item of a slate with the reward that was joined to it, and all that off-policy evaluation
/// asks of the decision. The first line of an item is its <see cref="PolicyUpdateKind.Observation"/>, of which there is one;
/// what comes later are amendments, whose rewards add up with it.
/// </summary>
public sealed record JoinedReward
{
    private const byte Format = 2;

    // The same with who decided and what the shadow would have done at the end, for lines that say it: an apprentice's always do.
    private const byte WithShadow = 3;

    // Lines of this format end with the features.
    private const byte WithoutComponents = 1;

    /// <summary>The decision.</summary>
    public required string DecisionId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>Which policy decided.</summary>
    public required RankingArm Arm { get; init; }

    /// <summary><c>name@version/arm</c>; empty outside experiments.</summary>
    public required string Experiment { get; init; }

    /// <summary>Whether this is the first word on the item or the change of one.</summary>
    public required PolicyUpdateKind Kind { get; init; }

    /// <summary>The item.</summary>
    public required string ItemId { get; init; }

    /// <summary>The slot it had in the slate, from 1.</summary>
    public required int Slot { get; init; }

    /// <summary>The slot it was shown in, from 1.</summary>
    public required int Position { get; init; }

    /// <summary>The probability that the policy put it into its slot, given the slots above; (0, 1].</summary>
    public required float Propensity { get; init; }

    /// <summary>The reward, or by how much it changed; finite.</summary>
    public required float Reward { get; init; }

    /// <summary>The version of the policy that decided.</summary>
    public required long PolicyVersion { get; init; }

    /// <summary>Which meaning the features have.</summary>
    public required int FeatureVersion { get; init; }

    /// <summary>The user's features as the decision saw them, on the <see cref="FeatureGrid"/>.</summary>
    public required ImmutableArray<sbyte> User { get; init; }

    /// <summary>The item's features as the decision saw them, on the <see cref="FeatureGrid"/>.</summary>
    public required ImmutableArray<sbyte> Item { get; init; }

    /// <summary>What the item's reward is made of, as of this line: the last line of an item has all. Null where it was not written.</summary>
    public ComponentValues? Components { get; init; }

    /// <summary>
    /// What the slot could have been given; on an observation only. Null where it was not remembered: then no other rule can be
    /// evaluated on the item.
    /// </summary>
    public SlotCandidates? Candidates { get; init; }

    /// <summary>Who decided, in the engine's own arm; on an observation only.</summary>
    public PolicyMode Mode { get; init; }

    /// <summary>The number of the shadow that was scored on the decision; on an observation only. 0 for none.</summary>
    public long Shadow { get; init; }

    /// <summary>
    /// The probability that the shadow would have put the item into its slot, given the slots above, [0, 1]; null where it was not
    /// worked out.
    /// </summary>
    public float? ShadowPropensity { get; init; }

    /// <summary>The line in bytes.</summary>
    public byte[] Encode()
    {
        var output = new ArrayBufferWriter<byte>(128);
        var writer = new StateWriter(output);
        writer.Byte(Shadow > 0 ? WithShadow : Format);
        writer.Text(DecisionId);
        writer.Time(DecidedAt);
        writer.Byte((byte)Arm);
        writer.Text(Experiment);
        writer.Byte((byte)Kind);
        writer.Text(ItemId);
        writer.UInt((ulong)Slot);
        writer.UInt((ulong)Position);
        writer.Single(Propensity);
        writer.Single(Reward);
        writer.Int(PolicyVersion);
        writer.Int(FeatureVersion);
        writer.Bytes(MemoryMarshal.AsBytes(User.AsSpan()));
        writer.Bytes(MemoryMarshal.AsBytes(Item.AsSpan()));
        writer.Bool(Components is not null);
        Components?.Write(writer);
        writer.Bool(Candidates is not null);
        Candidates?.Write(writer);
        if (Shadow > 0)
        {
            writer.Byte((byte)Mode);
            writer.UInt((ulong)Shadow);
            writer.Bool(ShadowPropensity is not null);
            writer.Single(ShadowPropensity ?? 0);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public static JoinedReward Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        var format = StateCheck.Version(ref reader, WithShadow, "joined reward");

        var line = new JoinedReward
        {
            DecisionId = reader.Text(),
            DecidedAt = reader.Time(),
            Arm = (RankingArm)reader.Byte(),
            Experiment = reader.Text(),
            Kind = (PolicyUpdateKind)reader.Byte(),
            ItemId = reader.Text(),
            Slot = checked((int)reader.UInt()),
            Position = checked((int)reader.UInt()),
            Propensity = reader.Single(),
            Reward = reader.Single(),
            PolicyVersion = reader.Int(),
            FeatureVersion = checked((int)reader.Int()),
            User = [.. MemoryMarshal.Cast<byte, sbyte>(reader.Bytes())],
            Item = [.. MemoryMarshal.Cast<byte, sbyte>(reader.Bytes())],
        };
        if (format != WithoutComponents)
        {
            line = line with
            {
                Components = reader.Bool() ? ComponentValues.Read(ref reader) : null,
                Candidates = reader.Bool() ? SlotCandidates.Read(ref reader) : null,
            };
        }

        return format == WithShadow ? ReadShadow(ref reader, line) : line;
    }

    private static JoinedReward ReadShadow(ref StateReader reader, JoinedReward line)
    {
        var mode = (PolicyMode)reader.Byte();
        var number = checked((long)reader.UInt());
        var isSaid = reader.Bool();
        var propensity = reader.Single();
        return line with { Mode = mode, Shadow = number, ShadowPropensity = isSaid ? propensity : null };
    }
}

using System.Buffers;
using System.Collections.Immutable;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Rewards;

/// <summary>How a <see cref="RewardJoiner"/> is stored.</summary>
/// <param name="options">What outcomes are worth from here on.</param>
public sealed class RewardJoinerCodec(RewardOptions options) : IStateCodec<RewardJoiner>
{
    private const byte FormatVersion = 1;

    /// <inheritdoc/>
    public string Name => "reward-joiner";

    /// <inheritdoc/>
    public void Write(RewardJoiner state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.UInt((ulong)state.LastOffset);
        writer.UInt((ulong)state.UnknownOutcomes);
        writer.UInt((ulong)state.LateOutcomes);
        writer.UInt((ulong)state.LetGo.Count);
        for (var i = 0; i < state.LetGo.Count; i++)
        {
            writer.UInt(state.LetGo[i]);
        }

        writer.UInt((ulong)state.Pending.Length);
        foreach (ref readonly var pending in state.Pending)
        {
            Write(writer, in pending);
        }
    }

    /// <inheritdoc/>
    public RewardJoiner Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        StateCheck.Version(ref reader, FormatVersion, "reward joiner");

        var state = new RewardJoiner(options)
        {
            LastOffset = (long)reader.UInt(), UnknownOutcomes = (long)reader.UInt(), LateOutcomes = (long)reader.UInt(),
        };
        for (var left = reader.Count(); left > 0; left--)
        {
            state.RestoreLetGo(reader.UInt());
        }

        for (var left = reader.Count(5); left > 0; left--)
        {
            state.Restore(ReadPending(ref reader));
        }

        return state;
    }

    private static void Write(StateWriter writer, in PendingDecision pending)
    {
        writer.Text(pending.DecisionId);
        writer.Int(pending.AtTicks);
        writer.Bytes(pending.Body.AsSpan());
        writer.Bool(pending.Closed);
        writer.UInt((ulong)pending.Items.Length);
        foreach (ref readonly var item in pending.Items)
        {
            writer.UInt((ulong)item.Slot);
            writer.Bool(item.Seen);
            writer.Bool(item.Told);
            writer.UInt((ulong)item.Position);
            writer.Single(item.ToldReward);
            writer.Byte(item.Present);
            for (var c = 0; c < RewardOptions.ComponentCount; c++)
            {
                if ((item.Present & (1 << c)) != 0)
                {
                    writer.Single(item.Values[c]);
                }
            }
        }
    }

    private static PendingDecision ReadPending(ref StateReader reader)
    {
        var pending = new PendingDecision(reader.Text(), reader.Int(), [.. reader.Bytes()]) { Closed = reader.Bool() };
        for (var left = reader.Count(9); left > 0; left--)
        {
            ref var item = ref pending.At(checked((int)reader.UInt()));
            item.Seen = reader.Bool();
            item.Told = reader.Bool();
            item.Position = checked((int)reader.UInt());
            item.ToldReward = reader.Single();
            var present = reader.Byte();
            for (var c = 0; c < RewardOptions.ComponentCount; c++)
            {
                if ((present & (1 << c)) != 0)
                {
                    item.Add((RewardComponent)c, reader.Single(), RewardAggregation.Last);
                }
            }
        }

        return pending;
    }
}

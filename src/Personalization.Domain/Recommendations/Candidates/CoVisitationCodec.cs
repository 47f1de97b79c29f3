using System.Buffers;
using Personalization.Domain.Serialization;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>How <see cref="CoVisitation"/> is stored.</summary>
/// <param name="options">How it counts from here on. The half-life is part of what is stored and must not change.</param>
public sealed class CoVisitationCodec(CoVisitationOptions options) : IStateCodec<CoVisitation>
{
    /// <summary>Stored before it was counted what comes directly after what: that begins empty.</summary>
    private const byte WithoutNext = 1;

    private const byte FormatVersion = 2;

    /// <inheritdoc/>
    public string Name => "co-visitation";

    /// <inheritdoc/>
    public void Write(CoVisitation state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.Int(state.Options.HalfLife.Ticks);
        writer.Int(state.Decay.Landmark);
        writer.Int(state.NewestTicks);
        writer.UInt((ulong)state.Version);
        state.Offsets.Write(writer);
        writer.UInt((ulong)state.Nodes.Count);
        foreach (var node in state.Nodes)
        {
            writer.Text(node.ItemId);
            writer.Double(node.Weight);
            writer.UInt((ulong)node.ChangedIn);
            Write(writer, node.Neighbours);
            writer.Double(node.Onward);
            Write(writer, node.Nexts);
        }
    }

    /// <inheritdoc/>
    public CoVisitation Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var version = StateCheck.Version(ref reader, FormatVersion, "co-visitation graph");

        if (reader.Int() is var halfLife && halfLife != options.HalfLife.Ticks)
        {
            throw new FormatException(
                $"{nameof(options.HalfLife)}: is {options.HalfLife} and the stored state was counted with {TimeSpan.FromTicks(halfLife)}; allowed: the same.");
        }

        var decay = new ForwardDecay(CoVisitation.TimeConstant(options), reader.Int());
        var newest = reader.Int();
        var stateVersion = (long)reader.UInt();
        var state = new CoVisitation(options, AppliedOffsets.Read(ref reader), decay, stateVersion, newest);
        var nodes = reader.Count(4);
        for (var n = 0; n < nodes; n++)
        {
            var node = state.Restore(reader.Text(), reader.Double(), (long)reader.UInt());
            Read(ref reader, node.Neighbours, nodes, options.KeptPerItem);
            if (version != WithoutNext)
            {
                node.Onward = reader.Double();
                Read(ref reader, node.Nexts, nodes, options.KeptNextPerItem);
            }
        }

        return state;
    }

    private static void Write(StateWriter writer, NeighbourCounts counts)
    {
        writer.UInt((ulong)counts.Count);
        for (var i = 0; i < counts.Count; i++)
        {
            writer.UInt((ulong)counts.Items[i]);
            writer.Single(counts.Weights[i]);
            writer.Single(counts.Doubts[i]);
        }
    }

    private static void Read(ref StateReader reader, NeighbourCounts counts, int nodes, int kept)
    {
        for (var left = reader.Count(9); left > 0; left--)
        {
            var item = checked((int)reader.UInt());
            if (item >= nodes)
            {
                throw new FormatException($"A neighbour has the number {item} of {nodes}.");
            }

            counts.Append(item, reader.Single(), reader.Single(), Math.Max(kept, counts.Count + 1));
        }
    }
}

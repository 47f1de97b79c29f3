using System.Buffers;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>
/// Writes what a reader of <see cref="CoVisitation"/> lacks, a part at a time: an owner of a large graph does other things in
/// between, and no part is a large object. Belongs to one owner and is used in its turns.
/// </summary>
/// <remarks>
/// Products cross by the owner's numbers, and the id of each number once; <see cref="CoVisitationSnapshot.Editor"/> reads it. A part:
/// format, version since, version now, first id, ids; then per product its number + 1, its neighbours' numbers and scores,
/// strongest first, its next steps' numbers and chances, likeliest first; 0 at the end.
/// </remarks>
/// <param name="state">The owner's state.</param>
public sealed class CoVisitationChanges(CoVisitation state)
{
    /// <summary>The last part has been written.</summary>
    public const int Nothing = -1;

    internal const byte Format = 3;

    // About 60 KB: below what counts as a large object.
    private const int RowsPerPart = 128;
    private const int IdsPerPart = 2048;

    private float[] _scores = [];
    private ulong[] _order = [];

    /// <summary>Writes a part.</summary>
    /// <param name="since">The reader's version before the first part; 0 for a reader that has nothing.</param>
    /// <param name="knownIds">How many ids the reader has.</param>
    /// <param name="from">Where the last part ended; 0 for the first.</param>
    /// <param name="output">Where to.</param>
    /// <returns>Where this part ends; <see cref="Nothing"/> when it was the last.</returns>
    public int Write(long since, int knownIds, int from, IBufferWriter<byte> output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(knownIds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(knownIds, state.ItemCount);
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.UInt((ulong)since);
        writer.UInt((ulong)state.Version);
        writer.UInt((ulong)knownIds);
        var ids = Math.Min(IdsPerPart, state.ItemCount - knownIds);
        writer.UInt((ulong)ids);
        for (var i = knownIds; i < knownIds + ids; i++)
        {
            writer.Text(state.Nodes[i].ItemId);
        }

        // A row may name any product: the ids go first.
        var end = knownIds + ids < state.ItemCount ? from : WriteRows(since, from, writer);
        writer.UInt(0);
        return end;
    }

    private int WriteRows(long since, int from, StateWriter writer)
    {
        // As of the newest visit: reading needs no clock, and a shop that sleeps does not fade.
        var worth = state.Decay.Worth(state.NewestTicks);
        var nodes = state.Nodes;
        var rows = 0;
        for (var number = from; number < nodes.Count; number++)
        {
            if (nodes[number].ChangedIn <= since)
            {
                continue;
            }

            if (rows++ == RowsPerPart)
            {
                return number;
            }

            writer.UInt((ulong)number + 1);
            WriteNeighbours(nodes[number], worth, writer);
            WriteNext(nodes[number], worth, writer);
        }

        return Nothing;
    }

    private void WriteNeighbours(CoVisitation.Node node, double worth, StateWriter writer)
    {
        var neighbours = node.Neighbours;
        var scores = Room(neighbours.Count);
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = (float)Math.Max(1, state.Nodes[neighbours.Items[i]].Weight * worth);
        }

        var own = (float)(worth * Math.Pow(Math.Max(1, node.Weight * worth), -state.Options.SourceExponent));
        Simd.Pow(scores, -(float)state.Options.PopularityExponent);
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] *= (neighbours.Weights[i] - neighbours.Doubts[i]) * own;
        }

        WriteStrongest(neighbours.Items, scores, state.Options.PublishedPerItem, writer);
    }

    /// <summary>What came directly after a product, with the chance of each.</summary>
    private void WriteNext(CoVisitation.Node node, double worth, StateWriter writer)
    {
        var nexts = node.Nexts;
        var chances = Room(nexts.Count);
        var share = (float)(worth / ((node.Onward * worth) + state.Options.NextPrior));
        for (var i = 0; i < chances.Length; i++)
        {
            chances[i] = (nexts.Weights[i] - nexts.Doubts[i]) * share;
        }

        WriteStrongest(nexts.Items, chances, state.Options.PublishedNextPerItem, writer);
    }

    // More than are kept may have been stored when more were.
    private Span<float> Room(int count)
    {
        if (_scores.Length < count)
        {
            _scores = new float[Math.Max(count, state.Options.KeptPerItem)];
            _order = new ulong[_scores.Length];
        }

        return _scores.AsSpan(0, count);
    }

    /// <summary>Writes those above 0, strongest first, of equals the one that came first first.</summary>
    private void WriteStrongest(ReadOnlySpan<int> items, Span<float> scores, int most, StateWriter writer)
    {
        var count = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] > 0)
            {
                // The bits of positive numbers are ordered as they are: one sort of integers, growing, by falling score and growing number.
                _order[count++] = ((ulong)~BitConverter.SingleToUInt32Bits(scores[i]) << 32) | (uint)items[i];
            }
        }

        var order = _order.AsSpan(0, count);
        order.Sort();
        count = Math.Min(count, most);
        writer.UInt((ulong)count);
        for (var i = 0; i < count; i++)
        {
            writer.UInt((uint)order[i]);
            scores[i] = BitConverter.UInt32BitsToSingle(~(uint)(order[i] >> 32));
        }

        writer.Singles(scores[..count]);
    }
}

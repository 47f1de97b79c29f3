using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>How <see cref="CoVisitationChanges"/> cross from their owner to readers.</summary>
public sealed class CoVisitationChangesCodec : IStateCodec<CoVisitationChanges>
{
    /// <summary>From a silo that does not know yet what comes directly after what.</summary>
    private const byte WithoutNext = 1;

    private const byte FormatVersion = 2;

    /// <inheritdoc/>
    public string Name => "co-visitation-changes";

    /// <inheritdoc/>
    public void Write(CoVisitationChanges state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        writer.Byte(FormatVersion);
        writer.UInt((ulong)state.From);
        writer.UInt((ulong)state.To);
        writer.UInt((ulong)state.Rows.Length);
        foreach (var row in state.Rows)
        {
            writer.Text(row.ItemId);
            Write(writer, row.Neighbours, row.Scores);
            Write(writer, row.Next, row.NextChances);
        }
    }

    /// <inheritdoc/>
    public CoVisitationChanges Read(ReadOnlySpan<byte> input) => Read(input, ItemDirectory.Empty);

    /// <summary>Reads changes, with the strings of the ids that the reader knows: under load that is all of them, many times a second.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public CoVisitationChanges Read(ReadOnlySpan<byte> input, IKnownTexts known)
    {
        var reader = new StateReader(input);
        var version = reader.Byte();
        if (version is not (WithoutNext or FormatVersion))
        {
            throw new FormatException($"Co-visitation changes of format {version}; this version reads {WithoutNext} and {FormatVersion}.");
        }

        var from = (long)reader.UInt();
        var to = (long)reader.UInt();
        var rows = ImmutableArray.CreateBuilder<NeighbourRow>(reader.Count(3));
        for (var left = rows.Capacity; left > 0; left--)
        {
            var id = reader.Text(known);
            var (ids, scores) = ReadScored(ref reader, known);
            var (next, chances) = version == WithoutNext ? (ImmutableArray<string>.Empty, ImmutableArray<float>.Empty) : ReadScored(ref reader, known);
            rows.Add(new NeighbourRow(id, ids, scores) { Next = next, NextChances = chances });
        }

        return new CoVisitationChanges(from, to, rows.MoveToImmutable());
    }

    private static void Write(StateWriter writer, ImmutableArray<string> ids, ImmutableArray<float> scores)
    {
        writer.UInt((ulong)ids.Length);
        foreach (var id in ids)
        {
            writer.Text(id);
        }

        writer.Singles(scores.AsSpan());
    }

    private static (ImmutableArray<string> Ids, ImmutableArray<float> Scores) ReadScored(ref StateReader reader, IKnownTexts known)
    {
        var ids = ImmutableArray.CreateBuilder<string>(reader.Count());
        for (var left = ids.Capacity; left > 0; left--)
        {
            ids.Add(reader.Text(known));
        }

        var scores = ImmutableCollectionsMarshal.AsImmutableArray(reader.Singles());
        return scores.Length == ids.Count
            ? (ids.MoveToImmutable(), scores)
            : throw new FormatException($"{scores.Length} scores for {ids.Count} neighbours.");
    }
}

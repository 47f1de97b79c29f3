using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>How <see cref="CoVisitationChanges"/> cross from their owner to readers.</summary>
public sealed class CoVisitationChangesCodec : IStateCodec<CoVisitationChanges>
{
    private const byte FormatVersion = 1;

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
            writer.UInt((ulong)row.Neighbours.Length);
            foreach (var id in row.Neighbours)
            {
                writer.Text(id);
            }

            writer.Singles(row.Scores.AsSpan());
        }
    }

    /// <inheritdoc/>
    public CoVisitationChanges Read(ReadOnlySpan<byte> input) => Read(input, ItemDirectory.Empty);

    /// <summary>Reads changes, with the strings of the ids that the reader knows: under load that is all of them, many times a second.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public CoVisitationChanges Read(ReadOnlySpan<byte> input, IKnownTexts known)
    {
        var reader = new StateReader(input);
        if (reader.Byte() is var version && version != FormatVersion)
        {
            throw new FormatException($"Co-visitation changes of format {version}; this version reads {FormatVersion}.");
        }

        var from = (long)reader.UInt();
        var to = (long)reader.UInt();
        var rows = ImmutableArray.CreateBuilder<NeighbourRow>(reader.Count(3));
        for (var left = rows.Capacity; left > 0; left--)
        {
            var id = reader.Text(known);
            var ids = ImmutableArray.CreateBuilder<string>(reader.Count());
            for (var more = ids.Capacity; more > 0; more--)
            {
                ids.Add(reader.Text(known));
            }

            var scores = ImmutableCollectionsMarshal.AsImmutableArray(reader.Singles());
            rows.Add(scores.Length == ids.Count
                ? new NeighbourRow(id, ids.MoveToImmutable(), scores)
                : throw new FormatException($"{scores.Length} scores for {ids.Count} neighbours."));
        }

        return new CoVisitationChanges(from, to, rows.MoveToImmutable());
    }
}

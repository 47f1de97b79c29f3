using System.Buffers;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Recommendations;

/// <summary>Co-visitation and popularity, stored together so that they are always equally far.</summary>
public sealed class VisitsState
{
    /// <summary>What is looked at together; null until there is anything.</summary>
    public CoVisitation? CoVisitation { get; set; }

    /// <summary>What is popular; null until there is anything.</summary>
    public Popularity? Popularity { get; set; }
}

/// <summary>How co-visitation and popularity are stored.</summary>
public sealed class VisitsStateCodec(CoVisitationCodec coVisitation, PopularityCodec popularity) : IStateCodec<VisitsState>
{
    private const byte Format = 1;

    /// <inheritdoc/>
    public string Name => "visits";

    /// <inheritdoc/>
    public void Write(VisitsState state, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(Format);
        Write(writer, coVisitation, state.CoVisitation!);
        Write(writer, popularity, state.Popularity!);
    }

    /// <inheritdoc/>
    public VisitsState Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var format = reader.Byte();
        return format == Format
            ? new VisitsState { CoVisitation = coVisitation.Read(reader.Bytes()), Popularity = popularity.Read(reader.Bytes()) }
            : throw new FormatException($"Visits are stored in format {format}; this version reads {Format}.");
    }

    private static void Write<T>(StateWriter writer, IStateCodec<T> codec, T part)
    {
        using var output = new PooledBuffer();
        codec.Write(part, output);
        writer.Bytes(output.WrittenSpan);
    }
}

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

    /// <summary>The first page of the journal that is not in it.</summary>
    public long FirstPage { get; set; }

    /// <summary>The first page of the journal that may still be stored though it is in it; up to <see cref="FirstPage"/>.</summary>
    public long UntrimmedPage { get; set; }

    /// <summary>How many bytes it took when it was last read or written.</summary>
    public long StoredBytes { get; set; }
}

/// <summary>How co-visitation and popularity are stored.</summary>
public sealed class VisitsStateCodec(CoVisitationCodec coVisitation, PopularityCodec popularity) : IStateCodec<VisitsState>
{
    /// <summary>Stored before there was a journal.</summary>
    private const byte WithoutJournal = 1;

    private const byte Format = 2;

    /// <inheritdoc/>
    public string Name => "visits";

    /// <inheritdoc/>
    public void Write(VisitsState state, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.UInt((ulong)state.UntrimmedPage);
        writer.UInt((ulong)state.FirstPage);
        state.StoredBytes = Write(writer, coVisitation, state.CoVisitation!) + Write(writer, popularity, state.Popularity!);
    }

    /// <inheritdoc/>
    public VisitsState Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var format = StateCheck.Version(ref reader, Format, "state of visits");

        return new VisitsState
        {
            UntrimmedPage = format == WithoutJournal ? 0 : checked((long)reader.UInt()),
            FirstPage = format == WithoutJournal ? 0 : checked((long)reader.UInt()),
            CoVisitation = coVisitation.Read(reader.Bytes()),
            Popularity = popularity.Read(reader.Bytes()),
            StoredBytes = input.Length,
        };
    }

    private static long Write<T>(StateWriter writer, IStateCodec<T> codec, T part)
    {
        using var output = new PooledBuffer();
        codec.Write(part, output);
        writer.Bytes(output.WrittenSpan);
        return output.WrittenSpan.Length;
    }
}

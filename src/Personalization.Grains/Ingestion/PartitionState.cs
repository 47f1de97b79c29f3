using System.Buffers;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Ingestion;

/// <summary>What a partition remembers: how far everything that was folded in has been persisted.</summary>
public sealed class PartitionState
{
    /// <summary>The offset up to which all effects are durable; a new activation goes on from here.</summary>
    public long Checkpoint { get; set; }
}

/// <summary>How a partition's state is stored.</summary>
public sealed class PartitionStateCodec : IStateCodec<PartitionState>
{
    private const byte Version = 1;

    /// <inheritdoc/>
    public string Name => "partition";

    /// <inheritdoc/>
    public void Write(PartitionState state, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(Version);
        writer.Int(state.Checkpoint);
    }

    /// <inheritdoc/>
    public PartitionState Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var version = reader.Byte();
        return version == Version
            ? new PartitionState { Checkpoint = reader.Int() }
            : throw new FormatException($"A partition's state has format {version}; this version reads {Version}.");
    }
}

using System.Buffers;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Ingestion;

/// <summary>What a partition remembers: how far everything that was folded in has been persisted.</summary>
public sealed class PartitionState
{
    /// <summary>The offset up to which all effects are durable; a new activation goes on from here.</summary>
    public long Checkpoint { get; set; }

    /// <summary>Events without their feeling.</summary>
    public OwedFeelings Owed { get; init; } = new();
}

/// <summary>How a partition's state is stored.</summary>
public sealed class PartitionStateCodec : IStateCodec<PartitionState>
{
    private const byte Version = 2;

    /// <inheritdoc/>
    public string Name => "partition";

    /// <inheritdoc/>
    public void Write(PartitionState state, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(Version);
        writer.Int(state.Checkpoint);
        state.Owed.Write(writer);
    }

    /// <inheritdoc/>
    public PartitionState Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var version = StateCheck.Version(ref reader, Version, "partition's state");

        var checkpoint = reader.Int();
        return new PartitionState { Checkpoint = checkpoint, Owed = version >= 2 ? OwedFeelings.Read(ref reader) : new OwedFeelings() };
    }
}

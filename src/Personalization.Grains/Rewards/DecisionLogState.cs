using System.Buffers;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Rewards;

/// <summary>How far the decision log is known to be written.</summary>
public sealed class DecisionLogState
{
    /// <summary>Per partition, the offset up to which its rewards are in the log, at least.</summary>
    public AppliedOffsets Offsets { get; set; } = new();

    /// <summary>When that was noted: whatever is in the log beyond it was written later.</summary>
    public DateTimeOffset NotedAt { get; set; } = DateTimeOffset.UnixEpoch;
}

/// <summary>How the state is stored.</summary>
public sealed class DecisionLogStateCodec : IStateCodec<DecisionLogState>
{
    private const byte Format = 1;

    /// <inheritdoc/>
    public string Name => "decision-log";

    /// <inheritdoc/>
    public void Write(DecisionLogState state, IBufferWriter<byte> output)
    {
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.Time(state.NotedAt);
        state.Offsets.Write(writer);
    }

    /// <inheritdoc/>
    public DecisionLogState Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        StateCheck.Version(ref reader, Format, "state of the decision log");
        return new DecisionLogState { NotedAt = reader.Time(), Offsets = AppliedOffsets.Read(ref reader) };
    }
}

using System.Buffers;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Recommendations;

/// <summary>The policy's statistics and modes as the policy grain's state: what both have learned from is written together.</summary>
public sealed class PolicyState
{
    /// <summary>The statistics; null until there are any.</summary>
    public PolicyStatistics? Statistics { get; set; }

    /// <summary>Who decides, and what stands in the shadow.</summary>
    public PolicyModes Modes { get; set; } = new();
}

/// <summary>How the policy grain's state is stored: as the statistics are; with a mark and the modes before them once there are any.</summary>
public sealed class PolicyStateCodec(PolicyStatisticsCodec statistics, PolicyModesCodec modes) : IStateCodec<PolicyState>
{
    // Statistics begin with their own format, which is a small number.
    private const byte WithModes = 0x80;

    /// <inheritdoc/>
    public string Name => statistics.Name;

    /// <inheritdoc/>
    public void Write(PolicyState state, IBufferWriter<byte> output)
    {
        if (state.Modes.Version > 0)
        {
            var writer = new StateWriter(output);
            writer.Byte(WithModes);
            modes.Write(writer, state.Modes);
        }

        statistics.Write(state.Statistics ?? throw new InvalidOperationException("There are no statistics to store."), output);
    }

    /// <inheritdoc/>
    public PolicyState Read(ReadOnlySpan<byte> input)
    {
        if (input is not [WithModes, ..])
        {
            return new PolicyState { Statistics = statistics.Read(input) };
        }

        var reader = new StateReader(input[1..]);
        var stored = modes.Read(ref reader);
        return new PolicyState { Modes = stored, Statistics = statistics.Read(reader.Rest) };
    }
}

using System.Buffers;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Recommendations;

/// <summary>The policy's statistics as the policy grain's state.</summary>
public sealed class PolicyState
{
    /// <summary>The statistics; null until there are any.</summary>
    public PolicyStatistics? Statistics { get; set; }
}

/// <summary>How the policy grain's state is stored: as the statistics are.</summary>
public sealed class PolicyStateCodec(PolicyStatisticsCodec statistics) : IStateCodec<PolicyState>
{
    /// <inheritdoc/>
    public string Name => statistics.Name;

    /// <inheritdoc/>
    public void Write(PolicyState state, IBufferWriter<byte> output) =>
        statistics.Write(state.Statistics ?? throw new InvalidOperationException("There are no statistics to store."), output);

    /// <inheritdoc/>
    public PolicyState Read(ReadOnlySpan<byte> input) => new() { Statistics = statistics.Read(input) };
}

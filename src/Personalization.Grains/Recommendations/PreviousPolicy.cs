using System.Buffers;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Recommendations;

/// <summary>What the policy was before the last import, promotion or rollback; written then only, and apart from what changes all the time.</summary>
public sealed class PreviousPolicy
{
    /// <summary>It, as <see cref="Domain.Recommendations.Policies.PolicyFile"/> writes it; null when there is none.</summary>
    public byte[]? Model { get; set; }

    /// <summary>The exploration rule it had been promoted with; null for the configured one.</summary>
    public ExplorationSpec? Exploration { get; set; }
}

/// <summary>How the model before is stored.</summary>
public sealed class PreviousPolicyCodec : IStateCodec<PreviousPolicy>
{
    private const byte Format = 2;

    // Ends with the model: nothing could be promoted yet.
    private const byte WithoutExploration = 1;

    /// <inheritdoc/>
    public string Name => "policy-previous";

    /// <inheritdoc/>
    public void Write(PreviousPolicy state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.Bytes(state.Model);
        ExplorationSpec.Write(writer, state.Exploration);
    }

    /// <inheritdoc/>
    public PreviousPolicy Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var format = StateCheck.Version(ref reader, Format, "previous policy");

        var model = reader.Bytes();
        return new PreviousPolicy
        {
            Model = model.IsEmpty ? null : model.ToArray(),
            Exploration = format == WithoutExploration ? null : ExplorationSpec.Read(ref reader),
        };
    }
}

using System.Buffers;
using Personalization.Domain.Serialization;

namespace Personalization.Grains.Recommendations;

/// <summary>The model that the policy had before the last import or rollback; written then only, and apart from what changes all the time.</summary>
public sealed class PreviousPolicy
{
    /// <summary>It, as <see cref="Domain.Recommendations.Policies.PolicyFile"/> writes it; null when there is none.</summary>
    public byte[]? Model { get; set; }
}

/// <summary>How the model before is stored.</summary>
public sealed class PreviousPolicyCodec : IStateCodec<PreviousPolicy>
{
    private const byte Format = 1;

    /// <inheritdoc/>
    public string Name => "policy-previous";

    /// <inheritdoc/>
    public void Write(PreviousPolicy state, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(state);
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.Bytes(state.Model);
    }

    /// <inheritdoc/>
    public PreviousPolicy Read(ReadOnlySpan<byte> input)
    {
        var reader = new StateReader(input);
        var format = reader.Byte();
        if (format != Format)
        {
            throw new FormatException($"The policy before has format {format}; this version reads {Format}.");
        }

        var model = reader.Bytes();
        return new PreviousPolicy { Model = model.IsEmpty ? null : model.ToArray() };
    }
}

using System.Buffers;
using System.Buffers.Binary;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>
/// A policy's model as bytes that can be kept and brought to another server: a mark, a format, the model, and a hash over all of
/// it that says whether the bytes are whole.
/// </summary>
public static class PolicyFile
{
    private const byte Format = 1;
    private const int HashLength = 8;

    private static ReadOnlySpan<byte> Mark => "POLICY"u8;

    /// <summary>Writes a model.</summary>
    public static byte[] Encode(PolicyModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var output = new ArrayBufferWriter<byte>(1 << 16);
        output.Write(Mark);
        var writer = new StateWriter(output);
        writer.Byte(Format);
        PolicyModelCodec.Write(writer, model);
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(HashLength), StableHash.Of(output.WrittenSpan));
        output.Advance(HashLength);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a model, to learn on with the shape and the options there are.</summary>
    /// <param name="bytes">What <see cref="Encode"/> gave.</param>
    /// <param name="shape">The shape of the features here.</param>
    /// <param name="options">How policies learn here.</param>
    /// <exception cref="FormatException">They are no policy, damaged, of a later version, or of no use here; the message says which and why.</exception>
    public static PolicyModel Decode(ReadOnlySpan<byte> bytes, PolicyShape shape, HybridRidgeOptions options)
    {
        if (bytes.Length < Mark.Length + 1 + HashLength || !bytes.StartsWith(Mark))
        {
            throw new FormatException("These bytes are no policy.");
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[^HashLength..]) != StableHash.Of(bytes[..^HashLength]))
        {
            throw new FormatException("The policy is damaged or cut off.");
        }

        var reader = new StateReader(bytes[Mark.Length..^HashLength]);
        if (reader.Byte() is var format && format != Format)
        {
            throw new FormatException($"The policy has format {format}; this server reads {Format}.");
        }

        try
        {
            return PolicyModelCodec.Read(ref reader, shape, options, out var problem) ?? throw new FormatException(problem);
        }
        catch (OverflowException e)
        {
            throw new FormatException("The policy has numbers that cannot be.", e);
        }
    }
}

using System.Buffers;

namespace Personalization.Domain.Serialization;

/// <summary>How one type of state is written and read: the seam that every stored state passes through.</summary>
/// <typeparam name="T">The state.</typeparam>
public interface IStateCodec<T>
{
    /// <summary>The name of the format in stored rows; never reused for another type.</summary>
    string Name { get; }

    /// <summary>Writes a state, format version first.</summary>
    void Write(T state, IBufferWriter<byte> output);

    /// <summary>Reads a state of this or any earlier format version.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    T Read(ReadOnlySpan<byte> input);
}

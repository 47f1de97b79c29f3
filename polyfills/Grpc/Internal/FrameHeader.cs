using System.Buffers;
using System.Buffers.Binary;

namespace Grpc.Internal;

/// <summary>The five bytes before each message: whether it is compressed, and its length in network order.</summary>
internal readonly record struct FrameHeader(bool IsCompressed, int Length)
{
    public const int Size = 5;

    public static bool TryRead(in ReadOnlySequence<byte> buffer, out FrameHeader header)
    {
        if (buffer.Length < Size)
        {
            header = default;
            return false;
        }

        var first = buffer.FirstSpan;
        if (first.Length >= Size)
        {
            header = Read(first);
            return true;
        }

        Span<byte> copy = stackalloc byte[Size];
        buffer.Slice(0, Size).CopyTo(copy);
        header = Read(copy);
        return true;
    }

    public static FrameHeader Read(ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        if (bytes[0] > 1)
        {
            throw new InvalidDataException("Unexpected compressed flag value in message header.");
        }

        if (length > int.MaxValue)
        {
            throw new InvalidDataException("Message too large.");
        }

        return new FrameHeader(bytes[0] == 1, (int)length);
    }

    public void Write(Span<byte> bytes)
    {
        bytes[0] = IsCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], (uint)Length);
    }
}

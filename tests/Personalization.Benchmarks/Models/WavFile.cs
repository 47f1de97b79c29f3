using System.Buffers.Binary;

namespace Personalization.Benchmarks.Models;

/// <summary>Reads wav files: PCM, one channel, 16 bits.</summary>
internal static class WavFile
{
    private const int RiffHeader = 12;
    private const int ChunkHeader = 8;
    private const int FormatLength = 16;
    private const int Pcm = 1;

    /// <summary>The samples of a file and how many there are a second.</summary>
    /// <exception cref="InvalidDataException">It is no such file; says what it is instead.</exception>
    public static (byte[] Pcm16, int RateHz) Read(string file)
    {
        var bytes = File.ReadAllBytes(file);
        if (bytes.Length < RiffHeader || !bytes.AsSpan(0, 4).SequenceEqual("RIFF"u8) || !bytes.AsSpan(8, 4).SequenceEqual("WAVE"u8))
        {
            throw new InvalidDataException($"{file}: it does not begin as a wav file does, with RIFF and WAVE.");
        }

        var format = Find(bytes, "fmt "u8);
        if (format.Length < FormatLength)
        {
            throw new InvalidDataException($"{file}: its format (chunk 'fmt ') is missing or cut short.");
        }

        var (coding, channels, bits) = (Short(format), Short(format[2..]), Short(format[14..]));
        if ((coding, channels, bits) != (Pcm, 1, 16))
        {
            throw new InvalidDataException($"{file}: coding {coding}, {channels} channels, {bits} bits; it must be PCM (1), one channel, 16 bits.");
        }

        var data = Find(bytes, "data"u8);
        return data.Length > 0 && data.Length % sizeof(short) == 0
            ? (data.ToArray(), BinaryPrimitives.ReadInt32LittleEndian(format[4..]))
            : throw new InvalidDataException($"{file}: {data.Length} bytes of sound (chunk 'data') are no whole samples of 16 bits.");
    }

    // Empty when it is missing; shorter than it says when the file is.
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> file, ReadOnlySpan<byte> name)
    {
        var rest = file[RiffHeader..];
        while (rest.Length >= ChunkHeader)
        {
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]), (uint)(rest.Length - ChunkHeader));
            if (rest[..4].SequenceEqual(name))
            {
                return rest.Slice(ChunkHeader, length);
            }

            // Chunks begin at even places.
            rest = rest[Math.Min(rest.Length, ChunkHeader + length + (length & 1))..];
        }

        return [];
    }

    private static int Short(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}

using System.Buffers.Binary;

namespace Personalization.VoiceFeatures;

/// <summary>Reads wav files of one channel and 16 bits.</summary>
internal static class Wav
{
    private const int Header = 12;

    public static (short[] Samples, int RateHz) Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var format = Chunk(bytes, "fmt "u8);
        if (BinaryPrimitives.ReadInt16LittleEndian(format[2..]) != 1 || BinaryPrimitives.ReadInt16LittleEndian(format[14..]) != 16)
        {
            throw new InvalidDataException($"{path} is not of one channel and 16 bits.");
        }

        var data = Chunk(bytes, "data"u8);
        var samples = new short[data.Length / sizeof(short)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(data[(i * sizeof(short))..]);
        }

        return (samples, BinaryPrimitives.ReadInt32LittleEndian(format[4..]));
    }

    private static ReadOnlySpan<byte> Chunk(ReadOnlySpan<byte> file, ReadOnlySpan<byte> name)
    {
        for (var at = Header; at + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file[(at + 4)..]);
            if (file.Slice(at, 4).SequenceEqual(name))
            {
                return file.Slice(at + 8, Math.Min(length, file.Length - at - 8));
            }

            at += 8 + length + (length & 1);
        }

        throw new InvalidDataException("A wav file lacks a chunk.");
    }
}

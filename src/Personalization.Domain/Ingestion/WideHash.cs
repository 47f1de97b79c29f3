using System.Buffers.Binary;
using System.Numerics;

namespace Personalization.Domain.Ingestion;

/// <summary>
/// A 128-bit hash of bytes that never changes: wide enough that two different events of one shop never share it by
/// accident (about 10⁻²⁰ for a billion of them). Not cryptographic: it tells retries apart, it does not authenticate.
/// </summary>
/// <remarks>MurmurHash3_x64_128 (Appleby), with its two words seeded alike as published.</remarks>
public static class WideHash
{
    private const ulong C1 = 0x87C37B91114253D5;
    private const ulong C2 = 0x4CF5AD432745937F;

    /// <summary>The hash of some bytes under a seed; the first published word is the lower half.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> bytes, uint seed = 0)
    {
        ulong h1 = seed, h2 = seed;
        var rest = bytes;
        for (; rest.Length >= 16; rest = rest[16..])
        {
            h1 ^= ScrambleFirst(BinaryPrimitives.ReadUInt64LittleEndian(rest));
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52DCE729;
            h2 ^= ScrambleSecond(BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495AB5;
        }

        if (!rest.IsEmpty)
        {
            Span<byte> tail = stackalloc byte[16];
            tail.Clear();
            rest.CopyTo(tail);
            h1 ^= ScrambleFirst(BinaryPrimitives.ReadUInt64LittleEndian(tail));
            h2 ^= ScrambleSecond(BinaryPrimitives.ReadUInt64LittleEndian(tail[8..]));
        }

        return Finish(h1, h2, (ulong)bytes.Length);
    }

    private static UInt128 Finish(ulong h1, ulong h2, ulong length)
    {
        h1 ^= length;
        h2 ^= length;
        h1 += h2;
        h2 += h1;
        h1 = Mix(h1);
        h2 = Mix(h2);
        h1 += h2;
        h2 += h1;
        return new UInt128(h2, h1);
    }

    private static ulong ScrambleFirst(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong ScrambleSecond(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Mix(ulong h)
    {
        h = (h ^ (h >> 33)) * 0xFF51AFD7ED558CCD;
        h = (h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53;
        return h ^ (h >> 33);
    }
}

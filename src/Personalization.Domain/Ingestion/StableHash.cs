using System.Text;

namespace Personalization.Domain.Ingestion;

/// <summary>
/// A 64-bit hash of text that never changes: the partition of a user, the bucket of an experiment and the identity
/// of an event all depend on it, across processes, machines and versions.
/// </summary>
/// <remarks>FNV-1a over UTF-8 (Fowler, Noll, Vo), finished with the 64-bit mixer of MurmurHash3 (Appleby).</remarks>
public static class StableHash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The hash of some text.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[256];
        if (Encoding.UTF8.GetMaxByteCount(text.Length) <= utf8.Length)
        {
            return Of(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        }

        var large = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, large);
        return Of(large);
    }

    /// <summary>The hash of some bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = Offset;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * Prime;
        }

        return Mix(hash);
    }

    /// <summary>The hash of some text under a salt: independent of <see cref="Of(ReadOnlySpan{char})"/> and of other salts.</summary>
    public static ulong Of(ReadOnlySpan<char> text, ulong salt) => Salted(Of(text), salt);

    /// <summary>A hash under a salt: what <see cref="Of(ReadOnlySpan{char}, ulong)"/> makes of the text that was hashed.</summary>
    public static ulong Salted(ulong hash, ulong salt) => Mix(hash ^ Mix(salt + 0x9E3779B97F4A7C15));

    /// <summary>A number uniform in [0, 1) from a hash.</summary>
    public static double ToUnit(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong h)
    {
        h = (h ^ (h >> 33)) * 0xFF51AFD7ED558CCD;
        h = (h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53;
        return h ^ (h >> 33);
    }
}

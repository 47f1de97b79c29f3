using System.Buffers.Binary;
using System.Text;
using Personalization.Domain.Ingestion;

namespace Personalization.Storage.Sqlite.Events;

/// <summary>What is sealed in a record: the digest of user and event id, the fingerprint, the body.</summary>
/// <remarks>
/// The two digests are sealed with the body, although the dedup window must open records to be rebuilt from them: in the
/// clear they would let whoever guesses an erased event find out that the guess is right.
/// </remarks>
internal static class RecordLayout
{
    /// <summary>Where the body begins.</summary>
    public const int BodyStart = 32;

    // Part of every stored digest.
    private const uint DigestSeed = 0x1D5EED01;

    /// <summary>The digest of a user and an event id.</summary>
    public static UInt128 Digest(UserKey user, string eventId)
    {
        var size = Encoding.UTF8.GetByteCount(user.Value) + 1 + Encoding.UTF8.GetByteCount(eventId);
        var bytes = size <= 512 ? stackalloc byte[size] : new byte[size];
        var length = Encoding.UTF8.GetBytes(user.Value, bytes);

        // No text holds this byte, so no two pairs run together to the same bytes.
        bytes[length++] = 0xFF;
        Encoding.UTF8.GetBytes(eventId, bytes[length..]);
        return WideHash.Of(bytes, DigestSeed);
    }

    public static void Write(UInt128 digest, UInt128 fingerprint, ReadOnlySpan<byte> body, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(destination, digest);
        BinaryPrimitives.WriteUInt128LittleEndian(destination[16..], fingerprint);
        body.CopyTo(destination[BodyStart..]);
    }

    public static (UInt128 Digest, UInt128 Fingerprint) ReadDigests(ReadOnlySpan<byte> plain) =>
        (BinaryPrimitives.ReadUInt128LittleEndian(plain), BinaryPrimitives.ReadUInt128LittleEndian(plain[16..]));
}

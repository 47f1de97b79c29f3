using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Personalization.Storage.Sqlite.Encryption;

/// <summary>Nonces for one key in one process: 96 random bits to begin with, then one more each time.</summary>
/// <remarks>
/// Within a sequence no nonce comes twice: its low 64 bits count. Two sequences of one key (the key was dropped from the
/// cache and read again, or the server restarted) meet only when their starting points are within reach of each other: for
/// a million sequences of a million messages under one key the odds are about 10⁻¹¹, far below the 2⁻³² that NIST
/// SP 800-38D §8.3 asks for, and a user's key sees far fewer. Random bits for every message would cost more than the
/// encryption of a small event itself.
/// </remarks>
internal sealed class NonceSequence
{
    private readonly uint _high;
    private ulong _low;

    public NonceSequence()
    {
        Span<byte> start = stackalloc byte[SealedBytes.NonceSize];
        RandomNumberGenerator.Fill(start);
        _high = BinaryPrimitives.ReadUInt32LittleEndian(start);
        _low = BinaryPrimitives.ReadUInt64LittleEndian(start[4..]);
    }

    /// <summary>Writes the next nonce. Not for two threads at once.</summary>
    public void Next(Span<byte> nonce)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(nonce, _high);
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], _low++);
    }
}

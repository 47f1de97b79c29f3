using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Personalization.Storage.Sqlite.Encryption;

/// <summary>Wraps users' keys. For use by several threads.</summary>
/// <remarks>Its nonces are random: safe for up to 2³² users (NIST SP 800-38D §8.3).</remarks>
internal sealed class MasterKey : IDisposable
{
    private readonly Lock _gate = new();
    private readonly AesGcm _cipher;

    public MasterKey(ReadOnlySpan<byte> key) => _cipher = new AesGcm(key, SealedBytes.TagSize);

    /// <summary>Makes a new user's key.</summary>
    public UserSecret Create(long number, string user)
    {
        Span<byte> random = stackalloc byte[SealedBytes.KeySize + SealedBytes.NonceSize];
        RandomNumberGenerator.Fill(random);
        var key = random[..SealedBytes.KeySize];
        var wrapped = new byte[SealedBytes.Overhead + SealedBytes.KeySize];
        random[SealedBytes.KeySize..].CopyTo(wrapped);
        lock (_gate)
        {
            _cipher.Encrypt(
                wrapped.AsSpan(0, SealedBytes.NonceSize),
                key,
                wrapped.AsSpan(SealedBytes.Overhead),
                wrapped.AsSpan(SealedBytes.NonceSize, SealedBytes.TagSize),
                Binding(number, user));
        }

        var secret = UserSecret.Live(number, user, key, wrapped, stored: false);
        CryptographicOperations.ZeroMemory(random);
        return secret;
    }

    /// <summary>Reads a stored key.</summary>
    /// <exception cref="CryptographicException">The master key is not the one that the key was wrapped with.</exception>
    public UserSecret Unwrap(long number, string user, byte[] wrapped)
    {
        Span<byte> key = stackalloc byte[SealedBytes.KeySize];
        lock (_gate)
        {
            _cipher.Decrypt(
                wrapped.AsSpan(0, SealedBytes.NonceSize),
                wrapped.AsSpan(SealedBytes.Overhead),
                wrapped.AsSpan(SealedBytes.NonceSize, SealedBytes.TagSize),
                key,
                Binding(number, user));
        }

        var secret = UserSecret.Live(number, user, key, wrapped, stored: true);
        CryptographicOperations.ZeroMemory(key);
        return secret;
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();

    // A row's key must not open as that of another row.
    private static byte[] Binding(long number, string user)
    {
        var binding = new byte[sizeof(long) + Encoding.UTF8.GetByteCount(user)];
        BinaryPrimitives.WriteInt64LittleEndian(binding, number);
        Encoding.UTF8.GetBytes(user, binding.AsSpan(sizeof(long)));
        return binding;
    }
}

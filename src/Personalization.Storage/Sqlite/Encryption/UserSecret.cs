using System.Security.Cryptography;
using Personalization.Domain.Ingestion;

namespace Personalization.Storage.Sqlite.Encryption;

/// <summary>
/// One key of one user, ready for use. The cipher is set up once and kept: that is two thirds of the cost of sealing a
/// small event.
/// </summary>
internal sealed class UserSecret
{
    private readonly Lock _gate = new();
    private readonly NonceSequence _nonces = new();
    private AesGcm? _cipher;
    private volatile bool _destroyed;
    private volatile bool _stored;

    private UserSecret(long number, string user, AesGcm? cipher, byte[]? wrapped, bool stored)
    {
        Number = number;
        User = user;
        _cipher = cipher;
        Wrapped = wrapped;
        _destroyed = cipher is null;
        _stored = stored;
    }

    /// <summary>By which number records name this key.</summary>
    public long Number { get; }

    /// <summary>Whose it is: the text form of a user key, or the store's own name.</summary>
    public string User { get; }

    /// <summary>The key as it is stored; null when it is destroyed.</summary>
    public byte[]? Wrapped { get; }

    /// <summary>The user; default for the store's own key.</summary>
    public UserKey UserKey => UserKey.TryParse(User, out var key) ? key : default;

    /// <summary>True when nothing written under it can be read any more.</summary>
    public bool IsDestroyed => _destroyed;

    /// <summary>True when its row is durable.</summary>
    public bool IsStored => _stored;

    /// <summary>Set by whoever uses it, cleared by the cache: what is in use is kept.</summary>
    public bool RecentlyUsed { get; set; } = true;

    /// <summary>A key that is ready.</summary>
    public static UserSecret Live(long number, string user, ReadOnlySpan<byte> key, byte[] wrapped, bool stored) =>
        new(number, user, new AesGcm(key, SealedBytes.TagSize), wrapped, stored);

    /// <summary>What is left of a destroyed key: whose it was.</summary>
    public static UserSecret Destroyed(long number, string user) => new(number, user, null, null, stored: true);

    /// <summary>Its row is durable.</summary>
    public void MarkStored() => _stored = true;

    /// <summary>The key is gone: what is in memory goes too.</summary>
    public void Destroy()
    {
        lock (_gate)
        {
            _destroyed = true;
            _cipher?.Dispose();
            _cipher = null;
        }
    }

    /// <summary>Seals into <paramref name="destination"/>, which is <see cref="SealedBytes.Overhead"/> longer than the plaintext.</summary>
    /// <returns>False when the key has been destroyed; the destination is noise then, which nobody can open.</returns>
    public bool Seal(ReadOnlySpan<byte> plaintext, Span<byte> destination, ReadOnlySpan<byte> associated = default)
    {
        var nonce = destination[..SealedBytes.NonceSize];
        var tag = destination.Slice(SealedBytes.NonceSize, SealedBytes.TagSize);
        lock (_gate)
        {
            if (_cipher is null)
            {
                destination.Clear();
                return false;
            }

            _nonces.Next(nonce);
            _cipher.Encrypt(nonce, plaintext, destination[SealedBytes.Overhead..], tag, associated);
            return true;
        }
    }

    /// <summary>Seals into a new array.</summary>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated)
    {
        var destination = new byte[plaintext.Length + SealedBytes.Overhead];
        Seal(plaintext, destination, associated);
        return destination;
    }

    /// <summary>Opens what <see cref="Seal(ReadOnlySpan{byte}, Span{byte}, ReadOnlySpan{byte})"/> made; null when the key has been destroyed.</summary>
    /// <exception cref="FormatException">The bytes are damaged, or were sealed under another key or with other associated data.</exception>
    public byte[]? Open(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> associated = default)
    {
        if (bytes.Length < SealedBytes.Overhead)
        {
            throw new FormatException($"{bytes.Length} bytes are too few to be sealed.");
        }

        var plaintext = new byte[bytes.Length - SealedBytes.Overhead];
        try
        {
            lock (_gate)
            {
                if (_cipher is null)
                {
                    return null;
                }

                _cipher.Decrypt(
                    bytes[..SealedBytes.NonceSize],
                    bytes[SealedBytes.Overhead..],
                    bytes.Slice(SealedBytes.NonceSize, SealedBytes.TagSize),
                    plaintext,
                    associated);
                return plaintext;
            }
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new FormatException("Sealed bytes are damaged, or the key is another one.", e);
        }
    }
}

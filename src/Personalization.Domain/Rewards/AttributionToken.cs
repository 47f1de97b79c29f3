using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Rewards;

/// <summary>What an attribution token says: enough to take an outcome without looking anything up.</summary>
/// <param name="DecisionId">The decision.</param>
/// <param name="User">For whom it was made.</param>
/// <param name="At">When it was made.</param>
/// <param name="PolicyVersion">The version of the policy that decided.</param>
public readonly record struct AttributionToken(string DecisionId, UserKey User, DateTimeOffset At, long PolicyVersion);

/// <summary>Whether a token is one of ours.</summary>
public enum TokenVerdict : byte
{
    /// <summary>It is, and unchanged.</summary>
    Valid = 0,
    /// <summary>It is not of the form of a token.</summary>
    Malformed = 1,
    /// <summary>It was signed with a key that is not known (any more).</summary>
    UnknownKey = 2,
    /// <summary>Its signature does not fit: it was changed, or somebody else made it.</summary>
    WrongSignature = 3,
}

/// <summary>
/// Makes and verifies attribution tokens: a version, the number of the key, the content, and an HMAC-SHA256 over all of
/// them, cut to 16 bytes (RFC 2104, section 5, allows half the length), in base64url. Signed, not secret: the content can
/// be read by who holds the token, and holds nothing that the caller has not sent.
/// </summary>
public sealed class AttributionTokenSigner
{
    private const byte Version = 1;
    private const int SignatureSize = 16;
    private const int MinKeySize = 16;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_output;

    // Made ready with a key once per thread: that is half of the work on so short a content.
    [ThreadStatic]
    private static (byte[] Key, IncrementalHash Hash) t_hash;

    private readonly FrozenDictionary<byte, byte[]> _keys;
    private readonly byte _current;

    /// <summary>A signer.</summary>
    /// <param name="keys">The keys by number; each at least 16 bytes. Old ones stay as long as their tokens are to be valid.</param>
    /// <param name="current">The number of the key that new tokens are signed with.</param>
    public AttributionTokenSigner(IReadOnlyDictionary<byte, byte[]> keys, byte current)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (!keys.ContainsKey(current))
        {
            throw new ArgumentException($"current: there is no key {current}.", nameof(current));
        }

        foreach (var (number, key) in keys)
        {
            if (key.Length < MinKeySize)
            {
                throw new ArgumentException($"keys: key {number} has {key.Length} bytes; allowed: at least {MinKeySize}.", nameof(keys));
            }
        }

        _keys = keys.ToFrozenDictionary();
        _current = current;
    }

    /// <summary>Signs.</summary>
    public string Sign(in AttributionToken token)
    {
        var output = t_output ??= new ArrayBufferWriter<byte>(256);
        output.ResetWrittenCount();
        var writer = new StateWriter(output);
        writer.Byte(Version);
        writer.Byte(_current);
        writer.Text(token.DecisionId);
        writer.Text(token.User.Value);
        writer.Time(token.At);
        writer.Int(token.PolicyVersion);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Authenticate(_keys[_current], output.WrittenSpan, mac);
        output.Write(mac[..SignatureSize]);
        return Base64Url.EncodeToString(output.WrittenSpan);
    }

    /// <summary>Verifies, in a time that does not depend on where a forged signature differs.</summary>
    /// <param name="text">The token as a caller sent it.</param>
    /// <param name="token">What it says, when it is valid.</param>
    public TokenVerdict Verify(string text, out AttributionToken token)
    {
        token = default;
        if (string.IsNullOrEmpty(text) || text.Length > 2048 || !Base64Url.IsValid(text))
        {
            return TokenVerdict.Malformed;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < SignatureSize + 2 || bytes[0] != Version)
        {
            return TokenVerdict.Malformed;
        }

        if (!_keys.TryGetValue(bytes[1], out var key))
        {
            return TokenVerdict.UnknownKey;
        }

        var content = bytes.AsSpan(..^SignatureSize);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Authenticate(key, content, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac[..SignatureSize], bytes.AsSpan(^SignatureSize..)))
        {
            return TokenVerdict.WrongSignature;
        }

        return TryRead(content[2..], out token) ? TokenVerdict.Valid : TokenVerdict.Malformed;
    }

    private static void Authenticate(byte[] key, ReadOnlySpan<byte> content, Span<byte> mac)
    {
        if (!ReferenceEquals(t_hash.Key, key))
        {
            t_hash.Hash?.Dispose();
            t_hash = (key, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));
        }

        t_hash.Hash.AppendData(content);
        t_hash.Hash.GetHashAndReset(mac);
    }

    private static bool TryRead(ReadOnlySpan<byte> content, out AttributionToken token)
    {
        try
        {
            var reader = new StateReader(content);
            token = new AttributionToken(reader.Text(), UserKey.Parse(reader.Text()), reader.Time(), reader.Int());
            return true;
        }
        catch (FormatException)
        {
            token = default;
            return false;
        }
    }
}

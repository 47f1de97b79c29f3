using System.Security.Cryptography;
using System.Text;

namespace Personalization.Scoring.Onnx;

/// <summary>
/// Checks that a model file is what its trainer wrote. Its metadata carry the SHA-256 of the file with 64 zeros in place of
/// the hash itself.
/// </summary>
internal static class ContentHash
{
    private const int HexLength = 64;

    // How a serialized model's metadata have it: the key, then the tag and the length of the value.
    private static readonly byte[] _entry = [.. "content_sha256"u8, 0x12, HexLength];

    /// <summary>The hash that is written among a model's bytes; null when there is none.</summary>
    public static string? Written(byte[] file)
    {
        var at = file.AsSpan().LastIndexOf(_entry);
        return at >= 0 && at + _entry.Length + HexLength <= file.Length
            ? Encoding.ASCII.GetString(file, at + _entry.Length, HexLength)
            : null;
    }

    /// <summary>Whether the bytes have the hash that is written among them.</summary>
    public static bool Matches(byte[] file, string hash)
    {
        if (hash.Length != HexLength)
        {
            return false;
        }

        var at = file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(hash));
        if (at < 0)
        {
            return false;
        }

        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(file, 0, at);
        sha.AppendData(Encoding.ASCII.GetBytes(new string('0', HexLength)));
        sha.AppendData(file, at + HexLength, file.Length - at - HexLength);
        return string.Equals(Convert.ToHexStringLower(sha.GetHashAndReset()), hash, StringComparison.Ordinal);
    }
}

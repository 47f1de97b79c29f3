using System.Security.Cryptography;
using System.Text;

namespace Personalization.Scoring.Tests.Lifecycle;

/// <summary>Makes files of models out of those that are shipped.</summary>
internal static class ModelFiles
{
    private const int HashLength = 64;
    private static readonly byte[] s_hash = [.. "content_sha256"u8, 0x12, HashLength];
    private static readonly byte[] s_version = [.. "version"u8, 0x12];

    /// <summary>The same network under another version, sealed anew.</summary>
    /// <param name="file">A model's file.</param>
    /// <param name="digit">What the version ends with: a file's lengths are part of its format, so only that is changed.</param>
    public static byte[] WithVersion(byte[] file, char digit)
    {
        var copy = (byte[])file.Clone();
        var version = After(copy, s_version);
        copy[version + copy[version]] = (byte)digit;
        return Sealed(copy);
    }

    /// <summary>The same file with the hash of what it holds now.</summary>
    public static byte[] Sealed(byte[] file)
    {
        var at = After(file, s_hash);
        file.AsSpan(at, HashLength).Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(file))).CopyTo(file, at);
        return file;
    }

    private static int After(byte[] file, byte[] entry)
    {
        var at = file.AsSpan().LastIndexOf(entry);
        Assert.True(at >= 0, "The file has no such metadata.");
        return at + entry.Length;
    }
}

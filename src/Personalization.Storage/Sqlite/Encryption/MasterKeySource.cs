using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite.Encryption;

/// <summary>Finds the master key: in the options, or in the key file.</summary>
internal static class MasterKeySource
{
    /// <param name="options">Where to look.</param>
    /// <param name="storeIsNew">Whether a key may be made: only a store that holds nothing yet can do with a new one.</param>
    /// <param name="logger">Told once when the key comes from a file.</param>
    public static byte[] Find(SqliteStorageOptions options, bool storeIsNew, ILogger logger)
    {
        if (options.MasterKey is { } configured)
        {
            return Convert.FromBase64String(configured);
        }

        var path = options.MasterKeyFile ?? options.Path + ".key";
        if (File.Exists(path))
        {
            StorageLog.MasterKeyBesideStore(logger, path);
            return Read(path);
        }

        if (!storeIsNew)
        {
            throw new InvalidOperationException(
                $"The store '{options.Path}' is encrypted and its key file '{path}' is not there. Put the file back, or set "
                + $"{nameof(SqliteStorageOptions.MasterKey)} or {nameof(SqliteStorageOptions.MasterKeyFile)}.");
        }

        var key = Make(path);
        StorageLog.MasterKeyMade(logger, path);
        return key;
    }

    private static byte[] Read(string path)
    {
        var text = File.ReadAllText(path).Trim();
        Span<byte> key = stackalloc byte[64];
        return text.Length <= 64 && Convert.TryFromBase64String(text, key, out var length) && length == SealedBytes.KeySize
            ? key[..length].ToArray()
            : throw new InvalidOperationException($"The key file '{path}' holds no key: expected 32 bytes in base64.");
    }

    private static byte[] Make(string path)
    {
        var key = RandomNumberGenerator.GetBytes(SealedBytes.KeySize);
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Under another name first: a crash half way must not leave half a key under the right one.
        var unfinished = path + ".new";
        File.Delete(unfinished);
        using (var stream = new FileStream(unfinished, file))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(key)));
            stream.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path);
        return key;
    }
}

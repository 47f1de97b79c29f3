namespace Personalization.Storage.Sqlite.Internal;

/// <summary>Keeps a second server off the same file. The lock is the operating system's: it goes when the process goes, however it goes.</summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <exception cref="IOException">Someone else has it.</exception>
    public static StoreLock Take(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            return new StoreLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
        {
            throw new IOException(
                $"The store '{databasePath}' is in use by another server: its lock '{path}' is taken. One server owns a store; "
                + "stop the other one or give this one another path.",
                e);
        }
    }

    // The file stays: removing it would let a third process lock a new file of the same name while a second holds this one.
    public void Dispose() => _file.Dispose();
}

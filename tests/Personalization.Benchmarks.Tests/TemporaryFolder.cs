namespace Personalization.Benchmarks.Tests;

/// <summary>A folder for files of a test; gone with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("personalization-benchmarks-");

    public string Path => _folder.FullName;

    /// <summary>Writes a file of lines. Returns its path.</summary>
    public string Write(string name, params string[] lines) => Write(name, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));

    /// <summary>Writes a file, with the folders that it lies in. Returns its path.</summary>
    public string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

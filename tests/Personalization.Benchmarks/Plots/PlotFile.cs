namespace Personalization.Benchmarks.Plots;

/// <summary>Writes what a benchmark draws. What cannot be written is said by the option that named it.</summary>
internal static class PlotFile
{
    /// <summary>Checks that a plot can be written, before minutes of work and not after them.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="path">Where; null for nowhere.</param>
    public static void Check(string option, string? path)
    {
        if (path is null)
        {
            return;
        }

        if (!path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
        {
            throw new BenchUsageException($"{option} must end in .svg, not '{path}'.");
        }

        Write(option, path, string.Empty);
    }

    /// <summary>Makes the folder that plots go to.</summary>
    /// <param name="option">The option that names it.</param>
    /// <param name="folder">Where.</param>
    public static void MakeFolder(string option, string folder) => Try(option, folder, () => Directory.CreateDirectory(folder));

    /// <summary>Writes a file.</summary>
    public static void Write(string option, string path, string text) => Try(option, path, () => File.WriteAllText(path, text));

    private static void Try(string option, string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new BenchUsageException($"{option} {path}: {problem.Message}");
        }
    }
}

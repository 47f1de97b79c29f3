namespace Personalization.Scoring.Lifecycle;

/// <summary>Finds the files below one folder, and none outside it, whatever the path says and wherever links lead.</summary>
/// <param name="root">The folder, whole.</param>
internal sealed class ModelsDirectory(string root)
{
    private const int MaxLinks = 32;
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>The whole path of a file below the folder.</summary>
    /// <param name="path">Relative to the folder.</param>
    /// <returns>The path, links followed; null when it is empty, absolute, or leads outside.</returns>
    public string? Resolve(string path)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(path))
        {
            return null;
        }

        // Below the folder as it is written, and, with the links of both followed, below the folder as it is.
        var written = Path.GetFullPath(Path.Combine(_root, path));
        return IsBelow(written, _root) && Follow(written) is { } real && Follow(_root) is { } realRoot && IsBelow(real, realRoot) ? real : null;
    }

    private static bool IsBelow(string path, string root) =>
        path.StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // Any part of a path may be a link, and may lead to a path that has links again.
    private static string? Follow(string path)
    {
        for (var links = 0; links < MaxLinks; links++)
        {
            if (FirstLink(path) is not var (target, beyond))
            {
                return path;
            }

            path = Path.GetFullPath(Path.Combine(target, beyond));
        }

        return null;
    }

    private static (string Target, string Beyond)? FirstLink(string path)
    {
        var root = Path.GetPathRoot(path)!;
        var parts = path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var walked = root;
        for (var i = 0; i < parts.Length; i++)
        {
            walked = Path.Combine(walked, parts[i]);
            if (new FileInfo(walked).LinkTarget is { } target)
            {
                return (Path.Combine(Path.GetDirectoryName(walked)!, target), string.Join(Path.DirectorySeparatorChar, parts[(i + 1)..]));
            }
        }

        return null;
    }
}

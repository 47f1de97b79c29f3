using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;

namespace Personalization.Conformance.Grpc.Foreign;

/// <summary>The foreign implementation, installed from its lock file below the build's artifacts, and a way to run scripts with it.</summary>
public static class NodeInstallation
{
    private static readonly Lazy<Task<string>> Scripts = new(InstallAsync);

    /// <summary>Starts a script of the <c>foreign</c> folder.</summary>
    public static async Task<Process> StartAsync(string script, params string[] arguments)
    {
        var folder = await Scripts.Value;
        return Start("node", folder, [Path.Combine(folder, script), .. arguments]);
    }

    /// <summary>
    /// A folder with the scripts, below which the packages are. One per build output, so that no two builds exchange scripts
    /// under each other's feet; the packages are shared by all.
    /// </summary>
    private static async Task<string> InstallAsync()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "foreign");
        var lockFile = await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"));
        var installation = Path.Combine(RootFolder(), Convert.ToHexStringLower(SHA256.HashData(lockFile))[..12]);
        Directory.CreateDirectory(installation);
        await using (await LockAsync(Path.Combine(installation, ".lock")))
        {
            await InstallPackagesAsync(source, installation);
        }

        var key = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(AppContext.BaseDirectory)))[..12];
        var scripts = Path.Combine(installation, key);
        Copy(source, scripts);
        return scripts;
    }

    private static string RootFolder() => typeof(NodeInstallation).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "ForeignInstallPath").Value!;

    private static async Task InstallPackagesAsync(string source, string installation)
    {
        var done = Path.Combine(installation, ".installed");
        if (File.Exists(done))
        {
            return;
        }

        File.Copy(Path.Combine(source, "package.json"), Path.Combine(installation, "package.json"), overwrite: true);
        File.Copy(Path.Combine(source, "package-lock.json"), Path.Combine(installation, "package-lock.json"), overwrite: true);
        using var npm = Start("npm", installation, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(4));
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm ci ended with {npm.ExitCode}:\n{await output}\n{await errors}");
        }

        await File.WriteAllTextAsync(done, "");
    }

    /// <summary>Builds of two modes may be tested at the same time.</summary>
    private static async Task<FileStream> LockAsync(string path)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (patience.Elapsed < TimeSpan.FromMinutes(5))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    private static void Copy(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    private static Process Start(string program, string folder, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new InvalidOperationException(
                $"'{program}' could not be started. Node and npm are needed to hold gRPC against a foreign implementation.", error);
        }
    }
}

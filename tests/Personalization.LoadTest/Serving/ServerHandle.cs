using Personalization.LoadTest.Commands;

namespace Personalization.LoadTest.Serving;

/// <summary>The server of a run: one of its own with its data in a temporary folder, or one that is running already.</summary>
internal sealed class ServerHandle : IAsyncDisposable
{
    private readonly ServerProcess? _process;
    private readonly DirectoryInfo? _temporary;

    private ServerHandle(ServerAddresses addresses, ServerProcess? process, DirectoryInfo? temporary)
    {
        Addresses = addresses;
        _process = process;
        _temporary = temporary;
    }

    public ServerAddresses Addresses { get; }

    /// <summary>Why it is gone, when it is; null while it runs.</summary>
    public string? Gone => _process is { HasExited: true } ? $"The server ended during the run.\n{_process.LastWords()}" : null;

    /// <summary>Starts one, or takes the one that the options name.</summary>
    public static async Task<ServerHandle> OpenAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        if (options.Target is { } target)
        {
            return new ServerHandle(new ServerAddresses(target, string.Empty, string.Empty), null, null);
        }

        var temporary = options.KeepData is null ? Directory.CreateTempSubdirectory("personalization-demo-") : null;
        var data = options.KeepData ?? temporary!.FullName;
        try
        {
            Directory.CreateDirectory(data);
            var process = await ServerProcess.StartAsync(options.ServerBinary, data, cancellationToken);
            return new ServerHandle(process.Addresses, process, temporary);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Remove(_temporary);
    }

    private static void Remove(DirectoryInfo? directory)
    {
        try
        {
            directory?.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already is as good.
        }
    }
}

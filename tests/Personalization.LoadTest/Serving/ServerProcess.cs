using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Personalization.LoadTest.Serving;

/// <summary>The server as a process of its own: started on free ports, stopped whatever happens.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int KeptLines = 40;
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();
    private readonly TaskCompletionSource<ServerAddresses> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process) => _process = process;

    /// <summary>Where it answers.</summary>
    public ServerAddresses Addresses { get; private set; } = new(string.Empty, string.Empty, string.Empty);

    /// <summary>True once it has ended by itself.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <param name="binary">The server's assembly.</param>
    /// <param name="dataDirectory">Where it keeps its data.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ServerFailedException">It ended, or did not become ready in time; the message has its last words.</exception>
    public static async Task<ServerProcess> StartAsync(string binary, string dataDirectory, CancellationToken cancellationToken)
    {
        if (!File.Exists(binary))
        {
            throw new ServerFailedException($"There is no server at {binary}. ./demo builds it; --server names another.");
        }

        var start = new ProcessStartInfo("dotnet")
        {
            // Held as long as this process lives: when it is killed, the server ends as well.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                binary, "--grpc-port", "0", "--http-port", "0", "--data", dataDirectory,
                "--Engine:StopWithInput", "true",

                // A simulated visit takes a second where a real one takes many minutes: what is seen and not clicked is
                // learned as such after the same share of it.
                "--Rewards:Window", "00:00:04",
            },
        };
        var server = new ServerProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        try
        {
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to drain and end; ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                _ = Kill(_process.Id, SigTerm);
                using var patience = new CancellationTokenSource(StopWithin);
                await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (InvalidOperationException)
        {
            // It never started, or ended meanwhile.
        }

        _process.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new ServerFailedException($"The server ended before it was ready.\n{LastWords()}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            Addresses = await _ready.Task.WaitAsync(StartWithin, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new ServerFailedException($"The server was not ready within {StartWithin.TotalSeconds:F0} s.\n{LastWords()}");
        }
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (ReadyLine().Match(line) is { Success: true } ready)
        {
            _ready.TrySetResult(new ServerAddresses(ready.Groups["grpc"].Value, ready.Groups["http"].Value, ready.Groups["mode"].Value));
        }

        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines)
            {
                _lastLines.Dequeue();
            }
        }
    }

    /// <summary>The last lines it wrote.</summary>
    public string LastWords()
    {
        lock (_lastLines)
        {
            return string.Join('\n', _lastLines);
        }
    }

    [GeneratedRegex(@"^READY grpc=(?<grpc>\S+) http=(?<http>\S+) mode=(?<mode>\S+)$")]
    private static partial Regex ReadyLine();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}

/// <summary>Where a server answers.</summary>
/// <param name="Grpc">Its gRPC address.</param>
/// <param name="Http">Its HTTP address; empty when not known.</param>
/// <param name="PackageMode">Real or Polyfill.</param>
internal sealed record ServerAddresses(string Grpc, string Http, string PackageMode);

/// <summary>The server did not start.</summary>
internal sealed class ServerFailedException(string message) : Exception(message);

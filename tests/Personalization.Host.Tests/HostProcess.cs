using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Grpc.Net.Client;

namespace Personalization.Host.Tests;

/// <summary>The engine as a process of its own, as its users run it.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output;

    private HostProcess(Process process, StringBuilder output, string grpc, string http, string mode)
    {
        _process = process;
        _output = output;
        Mode = mode;
        GrpcAddress = grpc;
        Channel = GrpcChannel.ForAddress(grpc);
        Http = new HttpClient { BaseAddress = new Uri(http) };
    }

    public GrpcChannel Channel { get; }

    public HttpClient Http { get; }

    public string Mode { get; }

    public string GrpcAddress { get; }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static async Task<HostProcess> StartAsync(string data, params string[] more)
    {
        var ready = new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new StringBuilder();
        var process = Launch(["--grpc-port", "0", "--http-port", "0", "--data", data, .. more]);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("The engine ended before it was ready."));
        DataReceivedEventHandler read = (_, line) =>
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }

            if (line.Data is not null && Ready().Match(line.Data) is { Success: true } match)
            {
                ready.TrySetResult(match);
            }
        };
        process.OutputDataReceived += read;
        process.ErrorDataReceived += read;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            var match = await ready.Task.WaitAsync(s_patience);
            return new HostProcess(process, output, match.Groups["grpc"].Value, match.Groups["http"].Value, match.Groups["mode"].Value);
        }
        catch (Exception e)
        {
            process.Kill(entireProcessTree: true);
            lock (output)
            {
                throw new InvalidOperationException($"The engine did not become ready. It said:\n{output}", e);
            }
        }
    }

    /// <summary>Runs the engine with arguments that it refuses.</summary>
    public static Task<(int ExitCode, string Error)> RunAsync(params string[] args) => RunAsync([], args);

    /// <summary>The same, with variables of its environment.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(Dictionary<string, string> environment, params string[] args)
    {
        using var process = Launch(args, environment);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(s_patience);
        await output;
        return (process.ExitCode, await error);
    }

    /// <summary>Ends it as a power cut would: nothing is flushed, nobody is asked.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(s_patience);
    }

    /// <summary>Ends its standard input, as the death of whoever started it does, and waits for its end.</summary>
    public async Task<int> EndInputAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return _process.ExitCode;
    }

    /// <summary>Asks it to stop, as an operator would.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Http.Dispose();
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static Process Launch(IEnumerable<string> args, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(BuildFacts.HostAssembly);
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("The engine could not be started.");
    }

    [GeneratedRegex(@"^READY grpc=(?<grpc>\S+) http=(?<http>\S+) mode=(?<mode>\S+)$")]
    private static partial Regex Ready();
}

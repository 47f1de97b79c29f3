using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Personalization.Host.Configuration;

/// <summary>Where the process listens, where it keeps its data, and which parts of the engine it runs. Section <c>Engine</c>.</summary>
public sealed class EngineOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Engine";

    /// <summary>The roles that a process can have.</summary>
    public static readonly IReadOnlyList<string> KnownRoles = ["all", "api", "silo", "scoring"];

    /// <summary>Port of gRPC (HTTP/2 without TLS), 0 to 65,535; 0 takes a free one. Default 5080.</summary>
    public int GrpcPort { get; set; } = 5080;

    /// <summary>Port of the status page, health and metrics (HTTP/1.1), 0 to 65,535; 0 takes a free one. Default 5081.</summary>
    public int HttpPort { get; set; } = 5081;

    /// <summary>Address to listen on. Default 127.0.0.1: who opens the engine to a network says so.</summary>
    public string Bind { get; set; } = "127.0.0.1";

    /// <summary>Folder of the data file and its key. Default <c>.data</c> below the current folder.</summary>
    public string Data { get; set; } = ".data";

    /// <summary>Which parts run here. Default <c>all</c>.</summary>
    public string Role { get; set; } = "all";

    /// <summary>How long a stopping server waits for what is under way, 1 s to 5 min. Default 30 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether to stop when standard input ends. Default false. Whoever starts the engine as a part of itself holds a pipe to it:
    /// when the one dies, however, the other does not stay behind.
    /// </summary>
    public bool StopWithInput { get; set; }

    /// <summary>Where to send traces and metrics (OTLP over gRPC), such as <c>http://collector:4317</c>; empty for nowhere.</summary>
    public string OtlpEndpoint { get; set; } = "";

    /// <summary>Share of calls that are traced when there is somewhere to send traces, [0, 1]. Default 0.01.</summary>
    public double TraceRatio { get; set; } = 0.01;
}

/// <summary>Stops a start with wrong options, and says which and why.</summary>
public sealed class EngineOptionsValidator : IValidateOptions<EngineOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, EngineOptions options)
    {
        var failures = new List<string>();
        Port(failures, nameof(options.GrpcPort), options.GrpcPort);
        Port(failures, nameof(options.HttpPort), options.HttpPort);
        if (options.GrpcPort != 0 && options.GrpcPort == options.HttpPort)
        {
            failures.Add($"Engine:HttpPort is {options.HttpPort}, the same as Engine:GrpcPort; they must differ.");
        }

        if (!IPAddress.TryParse(options.Bind, out _))
        {
            failures.Add($"Engine:Bind is '{options.Bind}'; it must be an IP address, such as 127.0.0.1, 0.0.0.0 or ::.");
        }

        if (string.IsNullOrWhiteSpace(options.Data))
        {
            failures.Add("Engine:Data is empty; it must name a folder.");
        }

        if (!EngineOptions.KnownRoles.Contains(options.Role))
        {
            failures.Add($"Engine:Role is '{options.Role}'; it must be one of {string.Join(", ", EngineOptions.KnownRoles)}.");
        }
        else if (options.Role != "all")
        {
            failures.Add(
                $"Engine:Role is '{options.Role}': separate processes need cluster storage, which this version does not have; use 'all'.");
        }

        if (options.DrainTimeout < TimeSpan.FromSeconds(1) || options.DrainTimeout > TimeSpan.FromMinutes(5))
        {
            failures.Add($"Engine:DrainTimeout is {options.DrainTimeout}; it must be between 00:00:01 and 00:05:00.");
        }

        if (!(options.TraceRatio is >= 0 and <= 1))
        {
            failures.Add($"Engine:TraceRatio is {options.TraceRatio}; it must be between 0 and 1.");
        }

        if (options.OtlpEndpoint.Length > 0
            && !(Uri.TryCreate(options.OtlpEndpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
        {
            failures.Add($"Engine:OtlpEndpoint is '{options.OtlpEndpoint}'; it must be an http or https address, or empty.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static void Port(List<string> failures, string name, int value)
    {
        if (value is < 0 or > 65535)
        {
            failures.Add($"Engine:{name} is {value}; it must be between 0 and 65535.");
        }
    }
}

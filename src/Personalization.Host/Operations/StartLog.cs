using Microsoft.Extensions.Options;
using Personalization.Host.Configuration;

namespace Personalization.Host.Operations;

/// <summary>Says at the start what runs, and in which package mode.</summary>
internal sealed partial class StartLog(IOptions<EngineOptions> options, ILogger<StartLog> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var value = options.Value;
        LogStart(logger, EngineStatusService.Version, EngineHost.PackageMode, value.Role, Path.GetFullPath(value.Data));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "Engine {Version} starts: packages {PackageMode}, role {Role}, data in {Data}.")]
    private static partial void LogStart(ILogger logger, string version, string packageMode, string role, string data);
}

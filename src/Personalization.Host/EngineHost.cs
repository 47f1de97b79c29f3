using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Personalization.Api;
using Personalization.Dashboard;
using Personalization.Domain.Scoring;
using Personalization.Grains;
using Personalization.Grains.Recommendations;
using Personalization.Host.Configuration;
using Personalization.Host.Ingestion;
using Personalization.Host.Operations;
using Personalization.Scoring;

namespace Personalization.Host;

/// <summary>The composition root: the one place that knows every part. It reads as the list of what the engine is made of.</summary>
public static class EngineHost
{
    /// <summary>Which Orleans and gRPC this was built with: Real or Polyfill.</summary>
    public static string PackageMode { get; } =
        typeof(EngineHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(static a => a.Key == "PackageMode")?.Value ?? "unknown";

    /// <summary>Builds the engine; nothing listens or runs until it is started.</summary>
    /// <param name="args">The command line; see <see cref="CommandLine"/>.</param>
    /// <param name="configure">Changes for a test or a benchmark, applied last.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            ApplicationName = typeof(EngineHost).Assembly.GetName().Name,
        });
        builder.Configuration
            .AddEnvironmentVariables("PERSONALIZATION_")
            .AddCommandLine(args, new Dictionary<string, string>(CommandLine.Switches));
        SettingNames.ThrowIfUnknown(builder.Configuration);

        builder.AddEngineOptions();
        var options = builder.Configuration.GetSection(EngineOptions.Section).Get<EngineOptions>() ?? new EngineOptions();

        var stop = new StopSignal();
        builder.Services.AddSingleton(stop);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddStorage(options);
        builder.Services.AddSingleton<IDecisionIds, RandomDecisionIds>();
        builder.Services.AddPersonalizationScoring(scoring => builder.Configuration.GetSection("Scoring").Bind(scoring));
        builder.Services.AddSingleton<IAcousticFeatureExtractor, AcousticFeatures>();
        builder.Services.AddPersonalizationGrains(builder.Configuration);
        builder.Services.AddPersonalizationApi(builder.Configuration);
        builder.AddSilo(options);
        builder.AddTelemetry(options);
        builder.AddOperations(stop);
        builder.Services.AddHostedService<PartitionPoker>();
        builder.Services.AddHostedService<RetentionService>();
        builder.Services.AddHostedService<DrainService>();
        builder.Services.AddHostedService<InputWatcher>();

        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options, stop));
        configure?.Invoke(builder);

        var app = builder.Build();
        app.MapPersonalizationApi();
        app.MapOperations();
        app.MapDashboard();
        return app;
    }

    /// <summary>The line that says where a started engine listens.</summary>
    public static string ReadyLine(WebApplication app)
    {
        var (grpc, http) = Addresses(app);
        return $"READY grpc={grpc} http={http} mode={PackageMode}";
    }

    /// <summary>Where a started engine listens: gRPC, and the status page.</summary>
    public static (string Grpc, string Http) Addresses(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.ToArray();
        return addresses is [var grpc, var http]
            ? (grpc, http)
            : throw new InvalidOperationException("The engine has not been started.");
    }

    private static void Listen(KestrelServerOptions kestrel, EngineOptions options, StopSignal stop)
    {
        // What is no address or no port is the validator's to report, when the start comes to it.
        if (!IPAddress.TryParse(options.Bind, out var address)
            || options.GrpcPort is < 0 or > IPEndPoint.MaxPort || options.HttpPort is < 0 or > IPEndPoint.MaxPort)
        {
            return;
        }

        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
        kestrel.Limits.Http2.InitialConnectionWindowSize = 1024 * 1024;
        kestrel.Limits.Http2.InitialStreamWindowSize = 512 * 1024;
        kestrel.Listen(address, options.GrpcPort, listen => Listen(listen, HttpProtocols.Http2, stop));
        kestrel.Listen(address, options.HttpPort, listen => Listen(listen, HttpProtocols.Http1, stop));
    }

    private static void Listen(ListenOptions listen, HttpProtocols protocols, StopSignal stop)
    {
        listen.Protocols = protocols;

        // The server waits for its connections as long as it may; whoever does not let go must not use up the silo's time.
        listen.Use(next => async connection =>
        {
            using var cut = stop.Overdue.UnsafeRegister(static c => ((ConnectionContext)c!).Abort(), connection);
            await next(connection);
        });
    }
}

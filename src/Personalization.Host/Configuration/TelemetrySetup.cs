using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Personalization.Host.Configuration;

/// <summary>Traces and metrics: a Prometheus endpoint always, OTLP where an endpoint is given.</summary>
internal static class TelemetrySetup
{
    public static void AddTelemetry(this WebApplicationBuilder builder, EngineOptions options)
    {
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("personalization"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter("Personalization*").AddRuntimeInstrumentation().AddPrometheusExporter();
                if (options.OtlpEndpoint.Length > 0)
                {
                    metrics.AddOtlpExporter(otlp => otlp.Endpoint = new Uri(options.OtlpEndpoint));
                }
            });

        // Without anywhere to send them, spans would only cost.
        if (options.OtlpEndpoint.Length > 0)
        {
            telemetry.WithTracing(traces => traces
                .SetSampler(new ParentBasedSampler(new RootSampler(options.TraceRatio)))
                .AddSource("Personalization*", "Microsoft.Orleans.*")
                .AddAspNetCoreInstrumentation()
                .AddOtlpExporter(otlp => otlp.Endpoint = new Uri(options.OtlpEndpoint)));
        }
    }
}

using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Personalization.Dashboard;

/// <summary>The page at <c>/</c>, the figures once at <c>/status</c>, and the figures every second at <c>/status/live</c>.</summary>
public static class DashboardEndpoints
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);
    private static readonly byte[] s_page = Read("wwwroot/index.html");
    private static readonly byte[] s_script = Read("wwwroot/dashboard.js");
    private static readonly byte[] s_style = Read("wwwroot/dashboard.css");

    /// <summary>Maps the page and its figures. Needs an <see cref="IDashboardSource"/> among the services.</summary>
    public static void MapDashboard(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/", static () => Results.Bytes(s_page, MediaTypeNames.Text.Html + "; charset=utf-8"));
        endpoints.MapGet("/dashboard.js", static () => Results.Bytes(s_script, MediaTypeNames.Text.JavaScript));
        endpoints.MapGet("/dashboard.css", static () => Results.Bytes(s_style, MediaTypeNames.Text.Css));
        endpoints.MapGet(
            "/status",
            static async (IDashboardSource source, CancellationToken cancellationToken) =>
                Results.Json(await source.SampleAsync(cancellationToken), s_json));
        endpoints.MapGet("/status/live", StreamAsync);
    }

    // Server-sent events: the browser reconnects by itself, and nothing needs a library.
    private static async Task StreamAsync(HttpContext http, IDashboardSource source, IHostApplicationLifetime lifetime, TimeProvider time)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            do
            {
                var sample = JsonSerializer.Serialize(await source.SampleAsync(ending.Token), s_json);
                await http.Response.WriteAsync($"data: {sample}\n\n", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
            while (await timer.WaitForNextTickAsync(ending.Token));
        }
        catch (OperationCanceledException)
        {
            // The reader left, or the engine stops.
        }
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(DashboardEndpoints).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The dashboard's '{name}' is missing from its assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

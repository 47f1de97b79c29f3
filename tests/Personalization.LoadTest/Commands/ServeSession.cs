using Personalization.Client;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Driving;
using Personalization.LoadTest.Serving;

namespace Personalization.LoadTest.Commands;

/// <summary>Serves the generated shop until somebody stops it.</summary>
internal static class ServeSession
{
    public static async Task RunAsync(DemoOptions options, ServerHandle server, PersonalizationClient client, CancellationToken cancellationToken)
    {
        var catalogue = CatalogueGenerator.Make(options.Seed, options.Products);
        var record = new RunRecord();
        await CatalogueLoader.LoadAsync(client, catalogue.Items.Select(i => i.ToProduct(DateTimeOffset.UtcNow)), record, cancellationToken);
        foreach (var (error, count) in record.Errors)
        {
            await Console.Error.WriteLineAsync($"demo: {count} × {error}");
        }

        var host = new Uri(server.Addresses.Grpc).Authority;
        Console.WriteLine($$"""
            Serving {{catalogue.Items.Length:N0}} products. Ctrl-C stops.

              gRPC          {{server.Addresses.Grpc}}  (packages: {{server.Addresses.PackageMode}})
              Status page   {{server.Addresses.Http}}/
              Health        {{server.Addresses.Http}}/health/ready
              Metrics       {{server.Addresses.Http}}/metrics

            From .NET:      using var engine = PersonalizationClient.Connect("{{server.Addresses.Grpc}}");
            From a shell:   grpcurl -plaintext -d '{"shopper":{"user_id":"ada"},"page_size":5}' {{host}} personalization.v1.RecommendationService/Recommend
            """);
        var stopped = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(() => stopped.TrySetResult());
        while (!stopped.Task.IsCompleted && server.Gone is null)
        {
            await Task.WhenAny(stopped.Task, Task.Delay(500, CancellationToken.None));
        }

        if (server.Gone is { } gone && !cancellationToken.IsCancellationRequested)
        {
            throw new ServerFailedException(gone);
        }
    }
}

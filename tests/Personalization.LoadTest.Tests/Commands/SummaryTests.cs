using System.Text.Json;
using Personalization.LoadTest.Commands;
using Personalization.LoadTest.Driving;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Reporting;
using Personalization.LoadTest.Tests.Fakes;
using Personalization.V1;

namespace Personalization.LoadTest.Tests.Commands;

public sealed class SummaryTests
{
    [Fact]
    public async Task ToJson_ASimulation_HasEveryPromisedKeyOnOneLine()
    {
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        await using var world = new World(client, 1, 100, 40, TimeProvider.System);
        await CatalogueLoader.LoadAsync(client, world.Catalogue.Items.Select(i => i.ToProduct(DateTimeOffset.UtcNow)), world.Record, default);
        foreach (var shopper in world.Shoppers)
        {
            await new Visit(world, shopper).RunAsync(default);
        }

        await world.Writer.FlushAsync();
        var status = new GetServerStatusResponse { PackageMode = "Real" };
        var summary = SimulationSummary.Make(
            world, new DemoOptions(), status, new Spearman.Result(0.5, new Interval(0.4, 0.6), 30), TimeSpan.FromSeconds(2), 100, TimeSpan.Zero);
        var text = summary.ToJson();
        Assert.DoesNotContain('\n', text);
        var json = JsonDocument.Parse(text).RootElement;
        foreach (var key in new[] { "package_mode", "events_acknowledged", "events_per_second", "recommendations", "recommend_p50_ms", "recommend_p99_ms", "freshness_p99_ms", "interventions", "sentiment_rank_correlation", "errors" })
        {
            Assert.True(json.TryGetProperty(key, out _), key);
        }

        Assert.Equal(50, json.GetProperty("events_per_second").GetDouble());
        foreach (var arm in new[] { "engine", "popularity", "random" })
        {
            var figures = json.GetProperty("arms").GetProperty(arm);
            Assert.True(figures.GetProperty("impressions").GetInt64() > 0);
            Assert.Equal(2, figures.GetProperty("ci95").GetArrayLength());
        }
    }
}

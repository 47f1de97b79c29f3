using Personalization.Benchmarks.Engine;
using Personalization.Benchmarks.Load;
using Personalization.Benchmarks.Reporting;
using Personalization.Client;
using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.Benchmarks.Benches;

/// <summary>A slate of ten for users with and without a past, held against a gRPC call that asks a trivial grain.</summary>
internal sealed class RecommendBenchmark : IBenchmark
{
    private const int PastEvents = 100_000;

    public string About => "a slate of ten from 10,000 products for 100,000 users, beside gRPC and a trivial grain";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        var users = new Zipf(options.Users, "user-");
        await using var engine = await BenchEngine.StartAsync();
        var catalogue = await engine.FillAsync(options);
        var past = Math.Min(PastEvents, options.Users * 5);
        await LiveAsync(engine, new Clickstream(catalogue, users, "past"), past, options.Seed);
        await using var grain = await EchoCall.GrainAsync(users);
        using var channels = new Channels(engine.Address);
        var clients = channels.Clients(channel => new RecommendationService.RecommendationServiceClient(channel));
        Call recommend = async rng => await clients().RecommendAsync(new RecommendRequest
        {
            Shopper = Who.User(users.Next(rng)),
            Placement = "home",
            PageSize = 10,
        });
        await CallComparison.RunAsync(
            "recommend", recommend, "grain", grain.Call, options, report, $"{catalogue.Items.Length} products, {options.Users} users, {past} events before");
    }

    /// <summary>Gives the users a past.</summary>
    private static async Task LiveAsync(BenchEngine engine, Clickstream clicks, int events, int seed)
    {
        var rng = Rng.For(seed, "past");
        var options = new EventWriterOptions { MaxBatch = 500, Failed = (_, failure) => engine.Record.Failed("StreamEvents", failure) };
        await using (var writer = engine.Client.OpenEventWriter(options))
        {
            for (var i = 0; i < events; i++)
            {
                await writer.PostAsync(clicks.Next(rng));
            }
        }

        await engine.SettleAsync();
    }
}

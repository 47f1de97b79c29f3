using Personalization.Client;
using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Driving;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Shoppers;
using Personalization.LoadTest.Tests.Fakes;
using Personalization.V1;

namespace Personalization.LoadTest.Tests.Simulation;

public sealed class SimulationTests
{
    private const int Seed = 11;

    private static async Task<World> MakeWorldAsync(PersonalizationClient client, int products = 400, int shoppers = 120, Func<int, Arm>? armOf = null)
    {
        var world = new World(client, Seed, products, shoppers, TimeProvider.System, armOf);
        await CatalogueLoader.LoadAsync(client, world.Catalogue.Items.Select(i => i.ToProduct(DateTimeOffset.UtcNow)), world.Record, default);
        return world;
    }

    /// <summary>Every shopper makes some visits, one after the other: as many for each arm.</summary>
    private static async Task VisitAsync(World world, int visits)
    {
        for (var v = 0; v < visits; v++)
        {
            await Parallel.ForEachAsync(world.Shoppers, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (s, token) => await new Visit(world, s).RunAsync(token));
        }

        await world.Writer.FlushAsync();
    }

    /// <summary>What every shopper saw and clicked when each visits under the arm that they are put into.</summary>
    private static async Task<ClusteredBootstrap.Cluster[]> LookAsync(int visits, Func<int, Arm> armOf, Action<World, FakeEngine>? arrange = null)
    {
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        await using var world = await MakeWorldAsync(client, armOf: armOf);
        arrange?.Invoke(world, engine);
        await VisitAsync(world, visits);
        Assert.Empty(world.Record.Errors);
        var clusters = Enum.GetValues<Arm>().ToDictionary(arm => arm, arm => new Queue<ClusteredBootstrap.Cluster>(world.ArmRecord.Clusters(arm)));
        Assert.Equal(world.Shoppers.Length, clusters.Values.Sum(c => c.Count));
        return [.. world.Shoppers.Select(s => clusters[s.Arm].Dequeue())];
    }

    /// <summary>Ranks by what the shopper really wants.</summary>
    private static void TellTheTruth(World world, FakeEngine engine)
    {
        var shoppers = world.Shoppers.ToDictionary(s => s.UserId);
        engine.Choose = (request, candidates) => candidates.OrderByDescending(
            p => ChoiceModel.Click(shoppers[request.Shopper.UserId], world.Catalogue.Find(p.ProductId)!, 1, -1));
    }

    [Fact]
    public async Task Visits_EngineThatGuesses_IsNoBetterThanRandom()
    {
        // The same shoppers under either arm. Neither arm lets one shopper's visits bear on another's, so that the figure is
        // the same in every run, whatever the order.
        var guesses = await LookAsync(8, _ => Arm.Engine);
        var random = await LookAsync(8, _ => Arm.Random);
        Assert.InRange(PairedRates.Difference(guesses, random), -PairedRates.Real, PairedRates.Real);
    }

    [Fact]
    public async Task Visits_EngineThatKnowsTheTruth_BeatsPopularity()
    {
        // Popularity's shoppers learn from each other, so its figure hangs a little on the order; the truth is three times as
        // far ahead as is asked of it.
        var truth = await LookAsync(8, _ => Arm.Engine, TellTheTruth);
        var popularity = await LookAsync(8, _ => Arm.Popularity);
        Assert.True(PairedRates.Difference(truth, popularity) > PairedRates.Real, $"{PairedRates.Difference(truth, popularity)}");
    }

    [Fact]
    public async Task Visits_All_SendEveryKindOfEventAndReportEveryImpressionOfThoseWhoAgreed()
    {
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        await using var world = await MakeWorldAsync(client);
        await VisitAsync(world, 10);
        Assert.Equal(
            [Event.PayloadOneofCase.ArFrames, Event.PayloadOneofCase.SurveyAnswer, Event.PayloadOneofCase.TextFeedback, Event.PayloadOneofCase.VoiceSegment, Event.PayloadOneofCase.Behaviour],
            engine.InOrder.Select(e => e.PayloadCase).Distinct().Order());
        Assert.Equal(engine.Events.Count, world.Record.EventsAcknowledged);
        var looked = world.Shoppers.Where(s => s.Arm == Arm.Engine).Zip(world.ArmRecord.Clusters(Arm.Engine)).ToArray();
        Assert.Equal(world.Shoppers.Count(s => s.Arm == Arm.Engine), looked.Length);
        var agreed = looked.Where(l => l.First.Manner.Personalised).ToArray();
        Assert.Equal(agreed.Sum(l => l.Second.Impressions), engine.Outcomes.Values.Count(o => o.Kind == OutcomeKind.Impression));
        Assert.Equal(agreed.Sum(l => l.Second.Clicks), engine.Outcomes.Values.Count(o => o.Kind == OutcomeKind.Click));
        Assert.NotEmpty(engine.InterventionOutcomes);
        Assert.Empty(world.Record.Refused);
    }

    [Fact]
    public async Task Visits_ShoppersWhoRefused_AreNotReportedOn()
    {
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        await using var world = await MakeWorldAsync(client, shoppers: 240);
        var refused = world.Shoppers.Where(s => !s.Manner.Personalised && s.Arm == Arm.Engine).Select(s => s.UserId).ToHashSet();
        Assert.NotEmpty(refused);
        await VisitAsync(world, 6);
        Assert.Contains(engine.Recommendations, r => refused.Contains(r.Shopper.UserId));
        Assert.DoesNotContain(engine.Outcomes.Values, o => refused.Contains(o.Shopper.UserId));
        Assert.DoesNotContain(engine.InterventionOutcomes, o => refused.Contains(o.Shopper.UserId));
        Assert.Contains(engine.InterventionOutcomes, o => !refused.Contains(o.Shopper.UserId));
    }

    [Fact]
    public async Task SentimentCheck_EngineThatReadsWordsPoorly_StillFindsSomeOfTheTruth()
    {
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        await using var world = await MakeWorldAsync(client, products: 100, shoppers: 200);
        await VisitAsync(world, 12);
        var result = await SentimentCheck.CompareAsync(world, 5, new Rng(1), default);
        Assert.True(result.Pairs > 20, $"{result}");
        Assert.True(result.Rho > 0.5, $"{result}");
    }

    [Fact]
    public async Task LoadDriver_OpenLoop_KeepsToItsRate()
    {
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        await using var world = await MakeWorldAsync(client);
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        await new LoadDriver(world, Seed, TimeProvider.System).RunOpenAsync(200, over.Token);
        await world.Writer.FlushAsync();
        Assert.InRange(world.Record.EventsAcknowledged, 250, 1600);
        Assert.Empty(world.Record.Errors);
    }

    [Fact]
    public async Task FreshnessProbe_ProfileThatFollows_IsMeasured()
    {
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        await using var world = await MakeWorldAsync(client, products: 100, shoppers: 40);
        using var over = new CancellationTokenSource();
        var probe = new FreshnessProbe(client, FreshnessReads.Profile(client), world.Catalogue, world.Record, TimeProvider.System, new Rng(1), "run");
        var running = probe.RunAsync(TimeSpan.FromMilliseconds(1), over.Token);
        while (world.Record.Freshness.Count < 5 && world.Record.Errors.IsEmpty)
        {
            await Task.Yield();
        }

        await over.CancelAsync();
        await running;
        Assert.Empty(world.Record.Errors);
    }
}

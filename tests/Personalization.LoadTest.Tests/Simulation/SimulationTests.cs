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

    private static async Task<World> MakeWorldAsync(PersonalizationClient client, int products = 400, int shoppers = 120)
    {
        var world = new World(client, Seed, products, shoppers, TimeProvider.System);
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

    private static double Rate(World world, Arm arm)
    {
        var (impressions, clicks) = world.ArmRecord.Totals(arm);
        return clicks / (double)impressions;
    }

    [Fact]
    public async Task Visits_EngineThatGuesses_IsNoBetterThanRandom()
    {
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        await using var world = await MakeWorldAsync(client);
        await VisitAsync(world, 12);
        var guesses = Interval.Of(ClusteredBootstrap.Rates(world.ArmRecord.Clusters(Arm.Engine), 500, new Rng(1)));
        var random = Interval.Of(ClusteredBootstrap.Rates(world.ArmRecord.Clusters(Arm.Random), 500, new Rng(2)));
        Assert.True(guesses.Low < random.High && random.Low < guesses.High, $"{guesses} {random}");
        Assert.Empty(world.Record.Errors);
    }

    [Fact]
    public async Task Visits_EngineThatKnowsTheTruth_BeatsPopularityWhichBeatsRandom()
    {
        await using var engine = await FakeEngine.StartAsync();
        using var client = engine.Connect();
        await using var world = await MakeWorldAsync(client);
        var shoppers = world.Shoppers.ToDictionary(s => s.UserId);
        engine.Choose = (request, candidates) => candidates.OrderByDescending(p =>
        {
            var (shopper, item) = (shoppers[request.Shopper.UserId], world.Catalogue.Find(p.ProductId)!);
            return ChoiceModel.Click(shopper, item, 1, -1);
        });
        await VisitAsync(world, 15);
        Assert.True(Rate(world, Arm.Engine) > 1.3 * Rate(world, Arm.Popularity), $"{Rate(world, Arm.Engine)} {Rate(world, Arm.Popularity)}");
        Assert.True(Rate(world, Arm.Popularity) > Rate(world, Arm.Random), $"{Rate(world, Arm.Popularity)} {Rate(world, Arm.Random)}");
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

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Grains;
using Personalization.Grains.Operations;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Snapshots;

namespace Personalization.Cluster.Tests;

/// <summary>Who decides, and what stands in the policy's shadow, while silos follow it and its owner dies.</summary>
[Collection("clusters, one after the other")]
public sealed class PolicyModeTests
{
    private static readonly ExplorationMessage s_uniform = new("uniform");

    [Fact]
    public async Task Shadow_Loaded_LearnsBesideTheLivePolicy_IsPromotedAndRolledBack_AndOutlivesTheOwner()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var first = engine.Cluster.Silos[0];
        await TeachAsync(engine, 1, "kept");
        var file = await Policy(engine).Export();
        await TeachAsync(engine, 2, "later");
        var loaded = await Policy(engine).LoadShadow(new ShadowMessage(file.Bytes, s_uniform, 0.5));
        Assert.Equal((PolicyChangeStatus.Done, ""), (loaded.Status, loaded.Problem));
        Assert.Equal((1L, true, "uniform", 0.5, 1L), Told(loaded.Policy.Shadow!));

        // A silo that comes later has the shadow, what it learns, and the live policy as it was.
        var copies = (await engine.Cluster.StartAdditionalSiloAsync()).ServiceProvider.GetRequiredService<EngineSnapshots>();
        await TeachAsync(engine, 3, "next");
        Assert.Equal(((1L, true, "uniform", 0.5, 2L), 3L), await StandingAsync(engine));
        await SeenAsync(copies, static set => set.Modes.Shadow?.Policy?.Standing.Observations == 2 && set.Policy?.Standing.Observations == 3);
        Assert.Equal(("shadow@1", 0.5, "uniform"), (copies.Current.Modes.Shadow!.Name, copies.Current.Modes.Shadow.Share, copies.Current.Modes.Shadow.Exploration!.Name));

        await engine.Cluster.KillSiloAsync(first);
        await EngineCluster.RetryAsync(async () => Assert.Equal(((1L, true, "uniform", 0.5, 2L), 3L), await StandingAsync(engine)));
        await TeachAsync(engine, 3, "next");
        await TeachAsync(engine, 4, "last");
        Assert.Equal(((1L, true, "uniform", 0.5, 3L), 4L), await StandingAsync(engine));
        await SeenAsync(copies, static set => set.Modes.Shadow?.Policy?.Standing.Observations == 3);

        var promoted = await Policy(engine).PromoteShadow();
        Assert.Equal((PolicyChangeStatus.Done, 3L, "uniform", null), Live(promoted));
        Assert.Equal(["kept", "last", "next"], await ItemsAsync(engine));
        await SeenAsync(copies, static set => set.Modes is { Shadow: null, Exploration: UniformRule } && set.Policy?.Standing.Observations == 3);

        Assert.Equal((PolicyChangeStatus.Done, 4L, "", null), Live(await Policy(engine).RollBack()));
        Assert.Equal(["kept", "last", "later", "next"], await ItemsAsync(engine));
        Assert.Equal((PolicyChangeStatus.Done, 3L, "uniform", null), Live(await Policy(engine).RollBack()));
        await SeenAsync(copies, static set => set.Modes.Exploration is UniformRule);
    }

    [Fact]
    public async Task Shadow_OfNoUseOrOfNothing_SaysWhyAndChangesNothing()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await TeachAsync(engine, 1, "kept");
        foreach (var none in (PolicyChangeMessage[])[await Policy(engine).UnloadShadow(), await Policy(engine).PromoteShadow()])
        {
            Assert.Equal((PolicyChangeStatus.NotPossible, "Nothing stands in the policy's shadow."), (none.Status, none.Problem));
        }

        var file = await Policy(engine).Export();
        var damaged = await Policy(engine).LoadShadow(new ShadowMessage(file.Bytes[..^9], null, 1));
        Assert.Equal((PolicyChangeStatus.Refused, null), (damaged.Status, damaged.Policy.Shadow));
        await Policy(engine).LoadShadow(new ShadowMessage(null, s_uniform, 1));
        var apprentice = await Policy(engine).SetMode(PolicyMode.Apprentice, null);
        Assert.Equal((PolicyChangeStatus.NotPossible, PolicyMode.Online), (apprentice.Status, apprentice.Policy.Mode));
        Assert.Contains("shadow@1", apprentice.Problem, StringComparison.Ordinal);
        Assert.Null((await Policy(engine).UnloadShadow()).Policy.Shadow);
    }

    /// <summary>From a decision to the decision log and the status: what the shadow would have done is there, with the rewards.</summary>
    [Fact]
    public async Task Decision_WithAShadow_IsLoggedWithWhatTheShadowWouldHaveDone()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var copies = engine.Cluster.Silos[0].ServiceProvider.GetRequiredService<EngineSnapshots>();
        await FoldTests.FillCatalogAsync(engine, 8);
        await Policy(engine).LoadShadow(new ShadowMessage(null, s_uniform, 1));
        await SeenAsync(copies, static set => set.Modes.Shadow is not null);
        var user = UserKey.Known("sara");
        using var agreement = new Agreement();
        var slate = await RankAsync(engine, user);
        Assert.Equal([0.125], agreement.Online);
        Assert.Equal((PolicyMode.Online, "shadow@1"), (slate.Mode, slate.Shadow));
        await DecisionLogTests.TellAsync(engine, user, slate, OutcomeKind.Click, item: 1);
        await DecisionLogTests.TellAsync(engine, user, slate, OutcomeKind.Click, item: 2);
        await engine.SettleAsync();
        await engine.CheckpointAsync();

        var lines = (await DecisionLogTests.ReadAsync(engine)).Select(static l => l.Line).OrderBy(static l => l.Slot).ToArray();
        Assert.Equal([(1L, 1 / 8f), (1L, 1 / 7f)], lines.Select(static l => (l.Shadow, l.ShadowPropensity!.Value)));
        var choices = (await Policy(engine).Report()).Shadow!;
        Assert.Equal((1L, 0.125), (choices.Decisions, choices.Agreement));
        Assert.Equal(choices.MeanReward, choices.MeanRewardWhenAgreeing);
        Assert.True(choices.MeanReward > 0);
    }

    [Fact]
    public async Task Apprentice_ShowsTheBaselineOnEverySilo_OutlivesTheOwner_AndLeavesWhenItIsToldTo()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var first = engine.Cluster.Silos[0];
        await FoldTests.FillCatalogAsync(engine, 8);
        Assert.Equal(PolicyMode.Apprentice, (await Policy(engine).SetMode(PolicyMode.Apprentice, null)).Policy.Mode);
        var copies = (await engine.Cluster.StartAdditionalSiloAsync()).ServiceProvider.GetRequiredService<EngineSnapshots>();
        await SeenAsync(copies, static set => set.Modes.Mode == PolicyMode.Apprentice && set.Catalog.ListedCount == 8);
        await engine.Cluster.KillSiloAsync(first);
        await EngineCluster.RetryAsync(async () => Assert.Equal(PolicyMode.Apprentice, (await Policy(engine).Report()).Mode));

        var slate = await RankAsync(engine, UserKey.Known("anna"));
        Assert.Equal((PolicyMode.Apprentice, "shadow@1"), (slate.Mode, slate.Shadow));
        Assert.Equal(s_ranked, slate.Items.Select(static i => i.ProductId));
        Assert.All(slate.Items, static i => Assert.Equal(1, i.Propensity));
        Assert.Equal(PolicyChangeStatus.NotPossible, (await Policy(engine).LoadShadow(new ShadowMessage(null, s_uniform, 1))).Status);
        Assert.Equal(PolicyChangeStatus.NotPossible, (await Policy(engine).PromoteShadow()).Status);

        await Policy(engine).SetMode(PolicyMode.Online, null);
        await SeenAsync(copies, static set => set.Modes.Mode == PolicyMode.Online);
        slate = await RankAsync(engine, UserKey.Known("anna"));
        Assert.Equal((PolicyMode.Online, ""), (slate.Mode, slate.Shadow));
        Assert.All(slate.Items.SkipLast(1), static i => Assert.InRange(i.Propensity, double.Epsilon, 0.999));
    }

    [Fact]
    public async Task Apprentice_ThatIsGoodEnough_TakesOverByItself()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var exit = new ApprenticeExitMessage(ApprenticeExit.FewestDecisions, 0.5, 0.9);
        var told = (await Policy(engine).SetMode(PolicyMode.Apprentice, exit)).Policy;
        Assert.Equal((exit, 1L), (told.Exit, told.Shadow!.Number));
        for (var offset = 1; offset < exit.Decisions; offset++)
        {
            await ChooseAsync(engine, offset);
        }

        Assert.Equal(PolicyMode.Apprentice, (await Policy(engine).Report()).Mode);
        await ChooseAsync(engine, exit.Decisions);
        var left = await Policy(engine).Report();
        Assert.Equal((PolicyMode.Online, null, null), (left.Mode, left.Shadow, left.Exit));
        var copies = engine.Cluster.Silos[0].ServiceProvider.GetRequiredService<EngineSnapshots>();
        await SeenAsync(copies, set => set.Modes.Mode == PolicyMode.Online && set.ModesPosition.Version > 1);
    }

    private static readonly string[] s_ranked = [.. Enumerable.Range(0, 8).Reverse().Select(static i => $"product-{i}")];

    private static Task<SlateReply> RankAsync(EngineCluster engine, UserKey user) => engine.Grains.GetGrain<IUserRecommendationGrain>(user.Value)
        .Recommend(new RecommendCommand { Candidates = s_ranked, PageSize = 8, Diversity = 0 }, CancellationToken.None);

    /// <summary>What is measured of shadows beside the policy.</summary>
    private sealed class Agreement : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<double> _online = [];

        public Agreement()
        {
            _listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
            {
                if (tags is [{ Key: "mode", Value: "online" }])
                {
                    _online.Enqueue(value);
                }
            });
            _listener.EnableMeasurementEvents(EngineMeters.ShadowAgreement);
            _listener.Start();
        }

        public IReadOnlyCollection<double> Online => _online;

        public void Dispose() => _listener.Dispose();
    }

    private static (long, bool, string, double, long) Told(ShadowReportMessage shadow) =>
        (shadow.Number, shadow.HasModel, shadow.Exploration, shadow.Share, shadow.Observations);

    private static (PolicyChangeStatus, long, string, ShadowReportMessage?) Live(PolicyChangeMessage change) =>
        (change.Status, change.Policy.Observations, change.Policy.Exploration, change.Policy.Shadow);

    private static async Task<((long, bool, string, double, long) Shadow, long Live)> StandingAsync(EngineCluster engine)
    {
        var report = await Policy(engine).Report();
        return (Told(report.Shadow!), report.Observations);
    }

    private static async Task<string[]> ItemsAsync(EngineCluster engine) =>
        [.. new PolicyChangesCodec().Read((await Fold(engine).GetChanges(SnapshotPosition.None)).Body).Items.Select(static i => i.ItemId).Order()];

    private static async Task SeenAsync(EngineSnapshots copies, Predicate<SnapshotSet> isThere)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isThere(copies.Current))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static Task ChooseAsync(EngineCluster engine, int offset) =>
        TeachAsync(engine, Folds.Lesson("item", offset) with { Shadow = 1, ShadowPropensity = 0.75f });

    private static Task TeachAsync(EngineCluster engine, long offset, string item) => TeachAsync(engine, Folds.Lesson(item, offset));

    private static async Task TeachAsync(EngineCluster engine, PolicyUpdate lesson)
    {
        await Folds.SendAsync(Fold(engine), lesson.Offset, writer => PolicyUpdateCodec.Write(lesson, writer));
        await Fold(engine).Persist(0);
    }

    private static IPolicyGrain Policy(EngineCluster engine) => engine.Grains.GetGrain<IPolicyGrain>(WellKnownGrains.Default);

    private static IPolicyFoldGrain Fold(EngineCluster engine) => engine.Grains.GetGrain<IPolicyFoldGrain>(WellKnownGrains.Default);
}

using Microsoft.Extensions.DependencyInjection;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Grains;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Snapshots;

namespace Personalization.Cluster.Tests;

/// <summary>The policy's model taken out, in and back, while silos follow it and its owner dies.</summary>
[Collection("clusters, one after the other")]
public sealed class PolicyFileTests
{
    [Fact]
    public async Task Import_ThenRollBack_ChangesTheModelAndNotWhatHasBeenTaught_AndOutlivesTheOwner()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var first = engine.Cluster.Silos[0];
        await TeachAsync(engine, 1, "kept");
        var file = await Policy(engine).Export();
        var copies = (await engine.Cluster.StartAdditionalSiloAsync()).ServiceProvider.GetRequiredService<EngineSnapshots>();
        await TeachAsync(engine, 2, "later");
        var before = await Policy(engine).Report();
        Assert.Equal((2, 2L, false), (before.Products, before.Observations, before.HasPrevious));

        var imported = await Policy(engine).Import(file);
        Assert.Equal((PolicyChangeStatus.Done, "", 1, 1L, true), Told(imported));
        Assert.Equal("hybrid-ridge@3", imported.Policy.Version);
        Assert.Equal(["kept"], await ItemsAsync(engine));
        await FollowedAsync(engine, copies);
        Assert.Equal(1, copies.Current.Policy!.Standing.Observations);

        // What the log had taught before is told again and counts no more; what comes next counts.
        await TeachAsync(engine, 2, "later");
        Assert.Equal(1, (await Policy(engine).Report()).Observations);
        await TeachAsync(engine, 3, "next");
        Assert.Equal(["kept", "next"], await ItemsAsync(engine));

        var back = await Policy(engine).RollBack();
        Assert.Equal((PolicyChangeStatus.Done, "", 2, 2L, true), Told(back));
        Assert.Equal(["kept", "later"], await ItemsAsync(engine));

        await engine.Cluster.KillSiloAsync(first);
        await EngineCluster.RetryAsync(async () => Assert.Equal(["kept", "later"], await ItemsAsync(engine)));
        await TeachAsync(engine, 3, "next");
        Assert.Equal(["kept", "later"], await ItemsAsync(engine));
        Assert.Equal((PolicyChangeStatus.Done, "", 2, 2L, true), Told(await Policy(engine).RollBack()));
        Assert.Equal(["kept", "next"], await ItemsAsync(engine));
        await FollowedAsync(engine, copies);
        Assert.Equal(2, copies.Current.Policy!.Standing.Observations);
    }

    [Fact]
    public async Task ImportAsPrior_ThenRollBack_StartsFromNothingAndLosesNothing()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await TeachAsync(engine, 1, "kept");
        var believed = await SharedAsync(engine);
        var file = await Policy(engine).Export();
        await TeachAsync(engine, 2, "later");

        var imported = await Policy(engine).ImportAsPrior(file);
        Assert.Equal((PolicyChangeStatus.Done, "", 0, 0L, true), Told(imported));
        Assert.Empty(await ItemsAsync(engine));
        Assert.Equal(believed, await SharedAsync(engine));

        // What was taught before is told again and counts no more.
        await TeachAsync(engine, 2, "later");
        await TeachAsync(engine, 3, "next");
        Assert.Equal(["next"], await ItemsAsync(engine));
        Assert.NotEqual(believed, await SharedAsync(engine));
        Assert.Equal((PolicyChangeStatus.Done, "", 2, 2L, true), Told(await Policy(engine).RollBack()));
    }

    [Fact]
    public async Task Change_OfNoUseOrOfNothing_SaysWhyAndChangesNothing()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        await TeachAsync(engine, 1, "kept");
        var none = await Policy(engine).RollBack();
        Assert.Equal((PolicyChangeStatus.NotPossible, "There is no policy before this one.", 1, 1L, false), Told(none));

        var other = new PolicyModel(new PolicyShape(3, 2, FeatureSchema.Version), new HybridRidgeOptions());
        var refused = await Policy(engine).Import(new PolicyFileMessage(PolicyFile.Encode(other)));
        Assert.Equal(PolicyChangeStatus.Refused, refused.Status);
        Assert.Contains("3 × 2", refused.Problem, StringComparison.Ordinal);

        var file = await Policy(engine).Export();
        var damaged = await Policy(engine).Import(new PolicyFileMessage(file.Bytes[..^9]));
        Assert.Equal(PolicyChangeStatus.Refused, damaged.Status);
        Assert.Contains("damaged", damaged.Problem, StringComparison.Ordinal);
        Assert.Equal(["kept"], await ItemsAsync(engine));
    }

    /// <summary>What the engine draws says how likely the other order was, and the owner learns positions from what is settled.</summary>
    [Fact]
    public async Task Settlement_OfADecision_TeachesPositionsToEverySilo_Once()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var copies = engine.Cluster.Silos[0].ServiceProvider.GetRequiredService<EngineSnapshots>();
        var settled = Folds.Lesson("", 5) with
        {
            Kind = PolicyUpdateKind.Settlement, User = [], Item = [], Pairs = [.. Enumerable.Repeat(new SlotPair(1, (Half)1, true, false), 80)], Loss = 0.1f,
        };
        await FoldAsync(engine, settled);
        await FoldAsync(engine, settled);

        // The first guess counts as 20 clicks: 20·b₂/(20 + 80).
        var guess = ExaminationCurve.Default.At(2);
        Assert.Equal(guess / 5, (await Policy(engine).Report()).Examination[1], 1e-6);
        await FollowedAsync(engine, copies);
        Assert.Equal(guess / 5, ExaminationGrid.At(copies.Current.Policy!.Standing.Examination.AsSpan(), 2), 0.01);
    }

    private static (PolicyChangeStatus Status, string Problem, int Products, long Observations, bool HasPrevious) Told(PolicyChangeMessage change) =>
        (change.Status, change.Problem, change.Policy.Products, change.Policy.Observations, change.Policy.HasPrevious);

    private static async Task<string[]> ItemsAsync(EngineCluster engine) =>
        [.. new PolicyChangesCodec().Read((await Fold(engine).GetChanges(SnapshotPosition.None)).Body).Items.Select(static i => i.ItemId).Order()];

    private static async Task<float[]> SharedAsync(EngineCluster engine) =>
        [.. new PolicyChangesCodec().Read((await Fold(engine).GetChanges(SnapshotPosition.None)).Body).Shared];

    private static async Task FollowedAsync(EngineCluster engine, EngineSnapshots copies)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (copies.Current.PolicyPosition != (await Fold(engine).GetChanges(SnapshotPosition.None)).Position)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    private static Task TeachAsync(EngineCluster engine, long offset, string item) => FoldAsync(engine, Folds.Lesson(item, offset));

    private static async Task FoldAsync(EngineCluster engine, PolicyUpdate lesson)
    {
        await Folds.SendAsync(Fold(engine), lesson.Offset, writer => PolicyUpdateCodec.Write(lesson, writer));
        await Fold(engine).Persist(0);
    }

    private static IPolicyGrain Policy(EngineCluster engine) => engine.Grains.GetGrain<IPolicyGrain>(WellKnownGrains.Default);

    private static IPolicyFoldGrain Fold(EngineCluster engine) => engine.Grains.GetGrain<IPolicyFoldGrain>(WellKnownGrains.Default);
}

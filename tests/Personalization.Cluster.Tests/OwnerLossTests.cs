using System.Buffers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Personalization.Domain.Interventions;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Grains;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Interventions;
using Personalization.Grains.Products;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Snapshots;

namespace Personalization.Cluster.Tests;

/// <summary>
/// Whoever owns what all silos keep a copy of may die with what it had not persisted. Its next activation gives the same
/// version numbers to something else; the copies must become that.
/// </summary>
[Collection("clusters, one after the other")]
public sealed class OwnerLossTests
{
    [Fact]
    public async Task OwnersLostWithTheirSilo_AreFollowedAnew()
    {
        await using var engine = await EngineCluster.StartAsync(1);
        var first = engine.Cluster.Silos[0];
        var copies = (await engine.Cluster.StartAdditionalSiloAsync()).ServiceProvider.GetRequiredService<EngineSnapshots>();

        // No log has these: what the owners lose stays lost, and what comes next is something else under the same numbers.
        await TeachAsync(engine, "before", lessons: 3, InterventionAction.Perk);
        await FollowedAsync(engine, copies);
        Assert.Equal(3, copies.Current.Policy!.Version);
        Assert.Equal(3, copies.Current.Interventions.Version);

        await engine.Cluster.KillSiloAsync(first);
        await EngineCluster.RetryAsync(() => FollowedAsync(engine, copies));
        Assert.Equal(0, copies.Current.Policy!.Version);
        Assert.Equal(0, copies.Current.CoVisitation!.Version);

        await TeachAsync(engine, "after", lessons: 3, InterventionAction.Help);
        await FollowedAsync(engine, copies);
        var owned = await ReadAsync(engine);
        Assert.Equal("after", Assert.Single(owned.Items).ItemId);
        Assert.Equal(owned.To, copies.Current.Policy!.Version);
        Assert.Equal(3, copies.Current.Interventions.Version);
    }

    /// <summary>Waits until a silo's copies are what their owners have.</summary>
    private static async Task FollowedAsync(EngineCluster engine, EngineSnapshots copies)
    {
        var grains = engine.Grains;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var current = copies.Current;
            if (current.PolicyPosition == (await Policy(grains).GetChanges(SnapshotPosition.None)).Position
                && current.CoVisitationPosition == (await Visits(grains).GetNeighbours(SnapshotPosition.None, 0, 0)).Position
                && current.PopularityPosition == (await Visits(grains).GetPopularity(SnapshotPosition.None)).Position
                && current.InterventionsPosition == (await Interventions(grains).GetStatistics(SnapshotPosition.None)).Position
                && current.SentimentPosition == (await Board(grains).GetChanges(SnapshotPosition.None)).Position)
            {
                return;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task<PolicyChanges> ReadAsync(EngineCluster engine) =>
        new PolicyChangesCodec().Read((await Policy(engine.Grains).GetChanges(SnapshotPosition.None)).Body);

    private static async Task TeachAsync(EngineCluster engine, string item, int lessons, InterventionAction action)
    {
        var grains = engine.Grains;
        for (var offset = 1; offset <= lessons; offset++)
        {
            var at = offset;
            await AppliedAsync(Folds.SendAsync(Policy(grains), at, writer => PolicyUpdateCodec.Write(Folds.Lesson(item, at), writer)));
            await AppliedAsync(Folds.SendAsync(Interventions(grains), at, writer =>
                new InterventionLesson(at, action, InterventionContext.OfNumber(0), 1, 0, 0, 1).Write(writer)));
            var visit = new Visit { Offset = at, Ticks = at, ItemId = item, Before = ["other"] };
            await AppliedAsync(Folds.SendAsync(Visits(grains), at, Written(output => Domain.Recommendations.Candidates.Visits.Write([visit], output))));
        }

        await Board(grains).Report(new SentimentRow(item, 0.5f, 0.1f, lessons, 0));
    }

    private static async Task AppliedAsync(Task<RangeFoldReply> sent) => Assert.Equal(RangeFoldStatus.Applied, (await sent).Status);

    private static byte[] Written(Action<ArrayBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static IPolicyFoldGrain Policy(IGrainFactory grains) => grains.GetGrain<IPolicyFoldGrain>(WellKnownGrains.Default);

    private static IVisitsFoldGrain Visits(IGrainFactory grains) => grains.GetGrain<IVisitsFoldGrain>(WellKnownGrains.Default);

    private static IInterventionPolicyFoldGrain Interventions(IGrainFactory grains) =>
        grains.GetGrain<IInterventionPolicyFoldGrain>(WellKnownGrains.Default);

    private static ISentimentBoardGrain Board(IGrainFactory grains) => grains.GetGrain<ISentimentBoardGrain>(WellKnownGrains.Default);
}

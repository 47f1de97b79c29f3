using Microsoft.Extensions.Time.Testing;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Cluster.Tests.Ingestion;

public sealed class FoldUrgencyTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Folding gives way to calls, but not to those who wait for the fold itself.</summary>
    [Fact]
    public async Task WaitForApplied_FoldingRests_HasThePartitionFoldAllTheSameAndNoOther()
    {
        // A clock that stands still: what rests does so for the whole test.
        var calls = new WaitingCalls();
        using var call = calls.Begin();
        var gate = await RestingGate.MakeAsync(256, calls, new FakeTimeProvider());
        await using var engine = await EngineCluster.StartAsync(1, gate: gate);
        var others = gate.EnterToFoldAsync(1, new FoldUrgency(gate), default).AsTask();
        var awaited = await engine.SendAsync(UserKey.Known("lena"), new BehaviourPayload { Action = BehaviourKind.View }, "cream");
        var other = await engine.SendAsync(ElsewhereThan(awaited, engine.Log), new BehaviourPayload { Action = BehaviourKind.View }, "cream");

        await Partition(awaited).WaitForApplied(awaited.Offset, default).WaitAsync(s_patience);

        Assert.Equal(awaited.Offset, (await Partition(awaited).GetProgress()).Applied);
        Assert.Equal(0, (await Partition(other).GetProgress()).Applied);
        Assert.False(others.IsCompleted);

        await Partition(other).WaitForApplied(other.Offset, default).WaitAsync(s_patience);
        IIngestionPartitionGrain Partition(LogPosition position) => engine.Grains.GetGrain<IIngestionPartitionGrain>(position.Partition);
    }

    /// <summary>A token of an offset that is not in the log yet makes nothing urgent.</summary>
    [Fact]
    public async Task WaitForApplied_OffsetIsNotThereYet_LeavesThePartitionResting()
    {
        var calls = new WaitingCalls();
        using var call = calls.Begin();
        var gate = await RestingGate.MakeAsync(256, calls, new FakeTimeProvider());
        await using var engine = await EngineCluster.StartAsync(1, gate: gate);
        var sent = await engine.SendAsync(UserKey.Known("lena"), new BehaviourPayload { Action = BehaviourKind.View }, "cream");
        var partition = engine.Grains.GetGrain<IIngestionPartitionGrain>(sent.Partition);
        using var giveUp = new CancellationTokenSource();
        var beyond = partition.WaitForApplied(sent.Offset + 10, giveUp.Token);
        Assert.Equal(0, (await partition.GetProgress()).Applied);

        // Had it become urgent it would go before this one.
        var other = await engine.SendAsync(ElsewhereThan(sent, engine.Log), new BehaviourPayload { Action = BehaviourKind.View }, "cream");
        await engine.Grains.GetGrain<IIngestionPartitionGrain>(other.Partition).WaitForApplied(other.Offset, default).WaitAsync(s_patience);
        Assert.Equal(0, (await partition.GetProgress()).Applied);

        await partition.WaitForApplied(sent.Offset, default).WaitAsync(s_patience);
        Assert.False(beyond.IsCompleted);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => beyond);
    }

    private static UserKey ElsewhereThan(LogPosition position, IEventLog log) => Enumerable.Range(0, 100)
        .Select(static n => UserKey.Known($"user-{n}"))
        .First(user => Partitions.Of(user, log.PartitionCount) != position.Partition);
}

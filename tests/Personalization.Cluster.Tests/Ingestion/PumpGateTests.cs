using Microsoft.Extensions.Time.Testing;
using Personalization.Grains.Ingestion;

namespace Personalization.Cluster.Tests.Ingestion;

public sealed class PumpGateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task EnterToFold_AllPlacesTaken_WaitsForOneToBeGivenBack()
    {
        var gate = new PumpGate(2, 100, _time);
        var first = await gate.EnterToFoldAsync(100, default);
        using var second = await gate.EnterToFoldAsync(100, default);

        var third = gate.EnterToFoldAsync(100, default).AsTask();
        Assert.False(third.IsCompleted);
        first.Dispose();

        (await third).Dispose();
    }

    [Fact]
    public async Task EnterToFold_SmallBatches_ShareWhatAFullOneTakes()
    {
        var gate = new PumpGate(1, 10 * PumpGate.RecordsOfNone, _time);
        var small = new List<PumpGate.Place>();
        for (var n = 0; n < 11; n++)
        {
            small.Add(await gate.EnterToFoldAsync(0, default));
        }

        var full = gate.EnterToFoldAsync(1_000_000, default).AsTask();
        var behind = gate.EnterToFoldAsync(0, default).AsTask();
        foreach (var place in small)
        {
            // Nobody who is small passes one who waits for more.
            Assert.False(full.IsCompleted);
            Assert.False(behind.IsCompleted);
            place.Dispose();
        }

        var taken = await full;
        Assert.False(behind.IsCompleted);
        taken.Dispose();
        (await behind).Dispose();
    }

    [Fact]
    public async Task EnterToFold_WhoWaitedFirstGivesUp_LetsTheOthersIn()
    {
        var gate = new PumpGate(1, 100, _time);
        using var giveUp = new CancellationTokenSource();
        var half = await gate.EnterToFoldAsync(40, default);
        var small = await gate.EnterToFoldAsync(0, default);
        var full = gate.EnterToFoldAsync(100, giveUp.Token).AsTask();
        var behind = gate.EnterToFoldAsync(0, default).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => full);
        small.Dispose();
        (await behind).Dispose();
        half.Dispose();
    }

    [Fact]
    public async Task EnterToPassOn_FoldingTakesAllItsPlaces_HasPlacesOfItsOwn()
    {
        var gate = new PumpGate(1, 100, _time);
        using var folding = await gate.EnterToFoldAsync(100, default);
        using var passing = await gate.EnterToPassOnAsync(default);
    }

    [Fact]
    public async Task EnterToFold_GivesUp_TakesNoPlace()
    {
        var gate = new PumpGate(1, 100, _time);
        using var giveUp = new CancellationTokenSource();
        var first = await gate.EnterToFoldAsync(100, default);
        var second = gate.EnterToFoldAsync(100, giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        first.Dispose();
        (await gate.EnterToFoldAsync(100, default)).Dispose();
    }

    [Fact]
    public async Task Dispose_FoldingIsToGiveWay_RestsThePlaceFirst()
    {
        var gate = new PumpGate(1, 100, _time);
        var place = await gate.EnterToFoldAsync(100, default);
        _time.Advance(FoldShare.Interval);
        gate.Share.Observe(TimeSpan.Zero);
        _time.Advance(FoldShare.Interval);
        gate.Share.Observe(FoldShare.Patience * 2);
        var rest = gate.Share.RestAfter(FoldShare.Interval * 2);
        Assert.True(rest > TimeSpan.FromMilliseconds(5), $"{rest}");
        place.Dispose();

        var next = gate.EnterToFoldAsync(100, default).AsTask();
        _time.Advance(rest - TimeSpan.FromMilliseconds(1));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        (await next).Dispose();
    }

    [Fact]
    public async Task EnterToFoldScored_OthersWaitLonger_GoesFirst()
    {
        var gate = new PumpGate(1, 100, _time);
        var first = await gate.EnterToFoldAsync(100, default);
        var second = gate.EnterToFoldAsync(100, default).AsTask();
        var scored = gate.EnterToFoldScoredAsync(100, default).AsTask();
        first.Dispose();

        var place = await scored;
        Assert.False(second.IsCompleted);
        place.Dispose();
        (await second).Dispose();
    }
}

using Microsoft.Extensions.Time.Testing;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Operations;

namespace Personalization.Cluster.Tests.Ingestion;

public sealed class PumpGateTests
{
    private readonly CountingTime _time = new();
    private readonly WaitingCalls _calls = new();

    [Fact]
    public async Task EnterToFold_AllPlacesTaken_WaitsForOneToBeGivenBack()
    {
        var gate = new PumpGate(2, 100, _calls, _time);
        var first = await gate.EnterToFoldAsync(100, new FoldUrgency(gate), default);
        using var second = await gate.EnterToFoldAsync(100, new FoldUrgency(gate), default);

        var third = gate.EnterToFoldAsync(100, new FoldUrgency(gate), default).AsTask();
        Assert.False(third.IsCompleted);
        first.Dispose();

        (await third).Dispose();
    }

    [Fact]
    public async Task EnterToFold_SmallBatches_ShareWhatAFullOneTakes()
    {
        var gate = new PumpGate(1, 10 * PumpGate.RecordsOfNone, _calls, _time);
        var small = new List<PumpGate.Place>();
        for (var n = 0; n < 11; n++)
        {
            small.Add(await gate.EnterToFoldAsync(0, new FoldUrgency(gate), default));
        }

        var full = gate.EnterToFoldAsync(1_000_000, new FoldUrgency(gate), default).AsTask();
        var behind = gate.EnterToFoldAsync(0, new FoldUrgency(gate), default).AsTask();
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
        var gate = new PumpGate(1, 100, _calls, _time);
        using var giveUp = new CancellationTokenSource();
        var half = await gate.EnterToFoldAsync(40, new FoldUrgency(gate), default);
        var small = await gate.EnterToFoldAsync(0, new FoldUrgency(gate), default);
        var full = gate.EnterToFoldAsync(100, new FoldUrgency(gate), giveUp.Token).AsTask();
        var behind = gate.EnterToFoldAsync(0, new FoldUrgency(gate), default).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => full);
        small.Dispose();
        (await behind).Dispose();
        half.Dispose();
    }

    [Fact]
    public async Task EnterToPassOn_FoldingTakesAllItsPlaces_HasPlacesOfItsOwn()
    {
        var gate = new PumpGate(1, 100, _calls, _time);
        using var folding = await gate.EnterToFoldAsync(100, new FoldUrgency(gate), default);
        using var passing = await gate.EnterToPassOnAsync(default);
    }

    [Fact]
    public async Task EnterToFold_GivesUp_TakesNoPlace()
    {
        var gate = new PumpGate(1, 100, _calls, _time);
        using var giveUp = new CancellationTokenSource();
        var first = await gate.EnterToFoldAsync(100, new FoldUrgency(gate), default);
        var second = gate.EnterToFoldAsync(100, new FoldUrgency(gate), giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        first.Dispose();
        (await gate.EnterToFoldAsync(100, new FoldUrgency(gate), default)).Dispose();
    }

    [Fact]
    public async Task Dispose_FoldingIsToGiveWay_RestsThePlaceFirst()
    {
        using var call = _calls.Begin();
        var gate = await RestingGate.MakeAsync(100, _calls, _time);
        var began = _time.GetTimestamp();
        var next = gate.EnterToFoldAsync(100, new FoldUrgency(gate), default).AsTask();
        Assert.False(next.IsCompleted);
        await UntilAsync(next);

        Assert.True(_time.GetElapsedTime(began) > TimeSpan.FromMilliseconds(500), $"{_time.GetElapsedTime(began)}");
        (await next).Dispose();
    }

    /// <summary>A rest that is due to a burst does not outlast it.</summary>
    [Fact]
    public async Task Dispose_NobodyWaitsForCallsAnyMore_RestsNoLonger()
    {
        var call = _calls.Begin();
        var gate = await RestingGate.MakeAsync(100, _calls, _time);
        call.Dispose();
        var began = _time.GetTimestamp();
        var next = gate.EnterToFoldAsync(100, new FoldUrgency(gate), default).AsTask();
        await UntilAsync(next);

        Assert.True(_time.GetElapsedTime(began) <= 3 * FoldShare.Interval, $"{_time.GetElapsedTime(began)}");
        (await next).Dispose();
    }

    /// <summary>A shopper who wants to read what they wrote waits for one partition's fold, and not for the rest of another.</summary>
    [Fact]
    public async Task EnterToFold_SomebodyWaitsForThePartition_GoesBeforeOthersAndDoesNotRest()
    {
        using var call = _calls.Begin();
        var gate = await RestingGate.MakeAsync(100, _calls, _time);
        var urgency = new FoldUrgency(gate);
        var other = gate.EnterToFoldAsync(100, new FoldUrgency(gate), default).AsTask();
        var awaited = gate.EnterToFoldAsync(100, urgency, default).AsTask();
        Assert.False(awaited.IsCompleted);
        urgency.Raise();

        (await awaited).Dispose();
        (await gate.EnterToFoldAsync(100, urgency, default)).Dispose();
        Assert.False(other.IsCompleted);

        urgency.Lower();
        var third = gate.EnterToFoldAsync(100, urgency, default).AsTask();
        Assert.False(third.IsCompleted);
        await UntilAsync(other);
        (await other).Dispose();
        (await third).Dispose();
    }

    [Fact]
    public async Task EnterToFold_SomebodyWaitsAndAllRoomIsTaken_IsNextBeforeScored()
    {
        var gate = new PumpGate(1, 100, _calls, _time);
        var urgency = new FoldUrgency(gate);
        var first = await gate.EnterToFoldAsync(100, new FoldUrgency(gate), default);
        var scored = gate.EnterToFoldScoredAsync(100, new FoldUrgency(gate), default).AsTask();
        var awaited = gate.EnterToFoldAsync(100, urgency, default).AsTask();
        urgency.Raise();
        first.Dispose();

        var place = await awaited;
        Assert.False(scored.IsCompleted);
        place.Dispose();
        (await scored).Dispose();
    }

    /// <summary>Partitions that somebody always waits for do not keep the others from ever folding.</summary>
    [Fact]
    public async Task EnterToFold_PassedForLong_GoesBeforeThoseWhomSomebodyWaitsFor()
    {
        var gate = new PumpGate(1, 100, _calls, _time);
        var urgency = new FoldUrgency(gate);
        urgency.Raise();
        var place = await gate.EnterToFoldAsync(100, urgency, default);
        var other = gate.EnterToFoldAsync(100, new FoldUrgency(gate), default).AsTask();
        var turns = 0;
        while (!other.IsCompleted)
        {
            Assert.True(turns++ < 100);
            var again = gate.EnterToFoldAsync(0, urgency, default).AsTask();
            _time.Advance(PlaceQueue.LongestPassed / 10);
            place.Dispose();
            if (await Task.WhenAny(again, other) == other)
            {
                (await other).Dispose();
                (await again).Dispose();
                break;
            }

            place = await again;
        }

        Assert.InRange(turns, 5, 15);
    }

    [Fact]
    public async Task EnterToFoldScored_OthersWaitLonger_GoesFirst()
    {
        var gate = new PumpGate(1, 100, _calls, _time);
        var first = await gate.EnterToFoldAsync(100, new FoldUrgency(gate), default);
        var second = gate.EnterToFoldAsync(100, new FoldUrgency(gate), default).AsTask();
        var scored = gate.EnterToFoldScoredAsync(100, new FoldUrgency(gate), default).AsTask();
        first.Dispose();

        var place = await scored;
        Assert.False(second.IsCompleted);
        place.Dispose();
        (await second).Dispose();
    }

    /// <summary>Lets time pass, at the pace at which a resting place looks whether it still has to.</summary>
    private async Task UntilAsync(Task entered)
    {
        while (!entered.IsCompleted)
        {
            var timers = _time.Timers;
            _time.Advance(TimeSpan.FromMilliseconds(10));
            while (_time.Timers == timers && !entered.IsCompleted)
            {
                await Task.Yield();
            }
        }
    }

    private sealed class CountingTime : FakeTimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }
    }
}

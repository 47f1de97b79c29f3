using Microsoft.Extensions.Time.Testing;
using Personalization.Grains.Ingestion;

namespace Personalization.Cluster.Tests.Ingestion;

public sealed class FoldShareTests
{
    private static readonly TimeSpan s_long = FoldShare.Patience + TimeSpan.FromMilliseconds(1);
    private readonly FakeTimeProvider _time = new();
    private readonly FoldShare _share;

    public FoldShareTests() => _share = new FoldShare(_time);

    [Fact]
    public void Now_NothingWaits_IsAllOfTheTimeAndNeedsNoRest()
    {
        AfterAnInterval(TimeSpan.Zero);
        AfterAnInterval(FoldShare.Patience);

        Assert.Equal(1, _share.Now);
        Assert.Equal(TimeSpan.Zero, _share.RestAfter(TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void Observe_AllWorkWaits_FallsFastAndNeverToNothing()
    {
        var before = _share.Now;
        for (var i = 0; i < 100; i++)
        {
            AfterAnInterval(s_long);
            Assert.True(_share.Now < before || _share.Now == FoldShare.Least, $"{_share.Now} after {before}");
            before = _share.Now;
        }

        Assert.Equal(FoldShare.Least, _share.Now);
    }

    /// <summary>A pause leaves a queue that empties by itself.</summary>
    [Fact]
    public void Observe_SomeWorkWaitsLong_FallsNotWhileMostDoesNot()
    {
        for (var i = 0; i < 20; i++)
        {
            _share.Observe(TimeSpan.FromSeconds(1), isWaitedFor: true);
            _share.Observe(TimeSpan.Zero, isWaitedFor: true);
            _time.Advance(FoldShare.Interval);
            _share.Observe(TimeSpan.FromSeconds(1), isWaitedFor: true);
            _share.Observe(TimeSpan.Zero, isWaitedFor: true);
        }

        Assert.Equal(1, _share.Now);
    }

    [Fact]
    public void Observe_OnlyFewPieces_TellNothing()
    {
        for (var i = 0; i < FoldShare.Fewest - 1; i++)
        {
            _time.Advance(FoldShare.Interval);
            _share.Observe(TimeSpan.FromSeconds(1), isWaitedFor: true);
        }

        Assert.Equal(1, _share.Now);
    }

    /// <summary>Folding alone makes a queue too; nobody but itself stands in it.</summary>
    [Fact]
    public void Observe_NobodyWaitsForACall_FallsNotHoweverLongWorkWaits()
    {
        AfterAnInterval(s_long, isWaitedFor: false);
        Assert.Equal(1, _share.Now);

        AfterAnInterval(s_long);
        AfterAnInterval(s_long);
        Assert.True(_share.Now < 1);
        AfterAnInterval(s_long, isWaitedFor: false);
        Assert.Equal(1, _share.Now);
    }

    [Fact]
    public void Observe_NothingWaitsAnyMore_RisesBackToAll()
    {
        AfterAnInterval(s_long);
        AfterAnInterval(s_long);
        var fallen = _share.Now;
        Assert.True(fallen < 1);
        AfterAnInterval(TimeSpan.Zero);
        Assert.True(_share.Now > fallen);
        for (var i = 0; i < 100; i++)
        {
            AfterAnInterval(TimeSpan.Zero);
        }

        Assert.Equal(1, _share.Now);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void RestAfter_AnyShare_KeepsFoldingToIt(int delays)
    {
        for (var i = 0; i < delays; i++)
        {
            AfterAnInterval(s_long);
        }

        var folded = TimeSpan.FromMilliseconds(4);
        var rest = _share.RestAfter(folded);
        Assert.Equal(_share.Now, folded / (folded + rest), 1e-4);
        Assert.Equal(TimeSpan.FromSeconds(1), _share.RestAfter(TimeSpan.FromHours(1)));
    }

    private void AfterAnInterval(TimeSpan delay, bool isWaitedFor = true)
    {
        _time.Advance(FoldShare.Interval);
        for (var i = 0; i < FoldShare.Fewest; i++)
        {
            _share.Observe(delay, isWaitedFor);
        }
    }
}

using Personalization.Grains.Ingestion;

namespace Personalization.Cluster.Tests.Ingestion;

public sealed class FoldShareTests
{
    private static readonly TimeSpan s_long = FoldShare.Patience + TimeSpan.FromMilliseconds(1);

    [Fact]
    public void Now_NothingWaits_IsAllOfTheTimeAndNeedsNoRest()
    {
        var share = new FoldShare();
        share.Observe(TimeSpan.Zero);
        share.Observe(FoldShare.Patience);

        Assert.Equal(1, share.Now);
        Assert.Equal(TimeSpan.Zero, share.RestAfter(TimeSpan.FromMilliseconds(10)));
    }

    [Fact]
    public void Observe_WorkWaits_FallsFastAndNeverToNothing()
    {
        var share = new FoldShare();
        var before = share.Now;
        for (var i = 0; i < 100; i++)
        {
            share.Observe(s_long);
            Assert.True(share.Now < before || share.Now == FoldShare.Least, $"{share.Now} after {before}");
            before = share.Now;
        }

        Assert.Equal(FoldShare.Least, share.Now);
    }

    [Fact]
    public void Observe_NothingWaitsAnyMore_RisesBackToAll()
    {
        var share = new FoldShare();
        share.Observe(s_long);
        share.Observe(s_long);
        var fallen = share.Now;
        share.Observe(TimeSpan.Zero);
        Assert.True(share.Now > fallen);
        for (var i = 0; i < 100; i++)
        {
            share.Observe(TimeSpan.Zero);
        }

        Assert.Equal(1, share.Now);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void RestAfter_AnyShare_KeepsFoldingToIt(int delays)
    {
        var share = new FoldShare();
        for (var i = 0; i < delays; i++)
        {
            share.Observe(s_long);
        }

        var folded = TimeSpan.FromMilliseconds(4);
        var rest = share.RestAfter(folded);
        Assert.Equal(share.Now, folded / (folded + rest), 1e-4);
        Assert.True(share.RestAfter(TimeSpan.FromHours(1)) < TimeSpan.FromSeconds(1));
    }
}

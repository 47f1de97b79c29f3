using Personalization.Grains.Products;

namespace Personalization.Cluster.Tests.Products;

public sealed class SettledFoldsTests
{
    private readonly SettledFolds _settled = new();

    [Fact]
    public void Has_UpToWhatWasSettled_AndNoFurther()
    {
        _settled.Settle("p1", 4, 2, 100);

        Assert.True(_settled.Has("p1", 2, 100));
        Assert.False(_settled.Has("p1", 2, 101));
        Assert.False(_settled.Has("p1", 3, 1));
        Assert.False(_settled.Has("p2", 2, 1));
    }

    [Fact]
    public void Settle_MorePartitionsThanBefore_KeepsWhatWasSettled()
    {
        _settled.Settle("p1", 1, 0, 7);
        _settled.Settle("p1", 64, 63, 9);

        Assert.True(_settled.Has("p1", 0, 7));
        Assert.True(_settled.Has("p1", 63, 9));
    }

    [Fact]
    public void Forget_WhatLeft_IsNotKnown()
    {
        _settled.Settle("p1", 1, 0, 7);

        _settled.Forget("p1");

        Assert.False(_settled.Has("p1", 0, 7));
    }
}

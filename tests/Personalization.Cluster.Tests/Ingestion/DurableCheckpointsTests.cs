using Personalization.Grains.Ingestion;

namespace Personalization.Cluster.Tests.Ingestion;

public sealed class DurableCheckpointsTests
{
    [Fact]
    public void Hear_InAnyOrder_KnowsTheLastOfEachPartition()
    {
        var checkpoints = new DurableCheckpoints(2);
        Assert.Equal(0, checkpoints.Of(1));
        foreach (var offset in new[] { 5L, 9, 7 })
        {
            checkpoints.Hear(1, offset);
        }

        Assert.Equal((0L, 9L), (checkpoints.Of(0), checkpoints.Of(1)));
    }

    [Fact]
    public void Hear_FromManyAtOnce_NeverGoesBack()
    {
        var checkpoints = new DurableCheckpoints(1);
        Parallel.For(1, 10_001, offset =>
        {
            checkpoints.Hear(0, offset);
            Assert.True(checkpoints.Of(0) >= offset);
        });

        Assert.Equal(10_000, checkpoints.Of(0));
    }
}

using System.Buffers;
using Personalization.Grains.Ingestion;

namespace Personalization.Cluster.Tests.Ingestion;

public sealed class OwedFeelingsTests
{
    [Fact]
    public void Next_WhatIsSettled_IsNotAskedForAgainButStillKnown()
    {
        var owed = Owing(30, 10, 20);
        owed.Settle(10);

        Assert.Equal([20, 30], owed.Next(5));
        Assert.Equal(2, owed.Open);
        Assert.True(owed.Has(10));
    }

    [Fact]
    public void Prune_ForgetsOnlyWhatIsSettledAndWillNotBeReplayed()
    {
        var owed = Owing(10, 20, 30);
        owed.Settle(10);
        owed.Settle(30);
        owed.Prune(checkpoint: 25);

        Assert.Equal([false, true, true], new[] { 10L, 20, 30 }.Select(owed.Has));
        owed.Settle(20);
        owed.Prune(checkpoint: 30);
        Assert.False(owed.Has(20) || owed.Has(30));
        Assert.Equal(0, owed.Open);
    }

    [Fact]
    public void Add_BeyondCapacity_SaysWhichFit()
    {
        var owed = new OwedFeelings();
        var added = owed.Add(Enumerable.Range(1, OwedFeelings.Capacity + 5).Select(static i => (long)i));

        Assert.Equal(OwedFeelings.Capacity, added.Length);
        Assert.False(owed.Has(OwedFeelings.Capacity + 1));
        owed.TakeBack(added);
        Assert.False(owed.Has(1));
    }

    [Fact]
    public void Next_WhatIsNotDurableYet_IsNotHandedOut()
    {
        var owed = Owing(10);
        var added = owed.Add([20, 30]);

        Assert.Equal([10], owed.Next(5));
        Assert.Equal(1, owed.Open);
        Assert.True(owed.Has(20));

        // A reader that is ahead of the write settles nothing that may be taken back.
        owed.Settle(20);
        owed.TakeBack([20]);
        owed.Confirm(added);
        Assert.Equal([10, 30], owed.Next(5));
        Assert.Equal(2, owed.Open);
        Assert.False(owed.Has(20));
    }

    [Fact]
    public void Codec_AStateWithAndWithoutWhatIsOwed_ComesBack()
    {
        var state = new PartitionState { Checkpoint = 7 };
        state.Owed.Confirm(state.Owed.Add([8, 9]));
        state.Owed.Settle(8);
        var output = new ArrayBufferWriter<byte>();
        new PartitionStateCodec().Write(state, output);

        var read = new PartitionStateCodec().Read(output.WrittenSpan);
        Assert.Equal((7, 1, true, true), (read.Checkpoint, read.Owed.Open, read.Owed.Has(8), read.Owed.Has(9)));

        // The first format had a checkpoint only: version, then a number.
        byte[] first = [1, .. output.WrittenSpan[1..2]];
        Assert.Equal((7, 0), (new PartitionStateCodec().Read(first).Checkpoint, new PartitionStateCodec().Read(first).Owed.Open));
    }

    private static OwedFeelings Owing(params long[] offsets)
    {
        var owed = new OwedFeelings();
        owed.Confirm(owed.Add(offsets));
        return owed;
    }
}

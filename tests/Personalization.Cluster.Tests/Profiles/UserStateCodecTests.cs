using System.Buffers;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Rewards;
using Personalization.Grains.Profiles;

namespace Personalization.Cluster.Tests.Profiles;

public sealed class UserStateCodecTests
{
    private static readonly UserStateCodec s_codec = new(new UserProfileCodec(ProfileModel.Default), new RewardJoinerCodec(new RewardOptions()));

    [Fact]
    public void Codec_WhatIsOwedHereAndElsewhere_ComesBack()
    {
        var state = Empty();
        state.OwedFeelings = [3, 5];
        state.MovedFeelings = [new MovedFeeling(7, UserKey.Known("ada")), new MovedFeeling(9, UserKey.Known("eve"))];
        state.OwedByOthers = new SortedList<ulong, int> { [ulong.MaxValue] = 2 };

        var read = s_codec.Read(Write(state));
        Assert.Equal([3, 5], read.OwedFeelings);
        Assert.Equal(state.MovedFeelings, read.MovedFeelings);
        Assert.Equal(state.OwedByOthers, read.OwedByOthers);
    }

    [Fact]
    public void Read_TheFormatBefore_HasNothingMoved()
    {
        var state = Empty();
        state.OwedFeelings = [3, 5];
        byte[] before = [2, .. Write(state)[1..^2]];

        var read = s_codec.Read(before);
        Assert.Equal([3, 5], read.OwedFeelings);
        Assert.Null(read.MovedFeelings);
        Assert.Null(read.OwedByOthers);
    }

    [Fact]
    public void Read_ALaterFormat_IsRefusedWithBoth()
    {
        var refusal = Assert.Throws<FormatException>(() => s_codec.Read([4]));
        Assert.Contains("format 4; this version reads 1 to 3", refusal.Message, StringComparison.Ordinal);
    }

    private static UserState Empty() => new()
    {
        Profile = new UserProfile(ProfileModel.Default),
        Rewards = new RewardJoiner(new RewardOptions()),
    };

    private static byte[] Write(UserState state)
    {
        var output = new ArrayBufferWriter<byte>();
        s_codec.Write(state, output);
        return output.WrittenSpan.ToArray();
    }
}

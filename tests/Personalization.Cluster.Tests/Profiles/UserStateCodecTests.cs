using System.Buffers;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Rewards;
using Personalization.Domain.Scoring;
using Personalization.Grains.Profiles;

namespace Personalization.Cluster.Tests.Profiles;

public sealed class UserStateCodecTests
{
    /// <summary>What format 2 holds of a shopper of whom everything is known: as the test below says.</summary>
    private const string Full =
        "AhIBgID3u6Xe094RpgMDBwCA4Iu0WYCA97ul3tPeEYCAyIy+yReAgPe7pd7T3hEACAEAgID3u6Xe094RAAAAAAAA8D8AAAAAAAAAAA0BAAAAAAAAAAAAAAAACgAAAAAA" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgPiCrRYAgMDZ6oOIAgAAAAAAAAAA" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADwPwEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABAWGAgPe7pd7T3hEB" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAICA97ul3tPeEQEAAAACAAAABgEAAAAAAAECaTEBAYCA97ul3tPeEQAAAgZ0ZXh0QDIGdGV4" +
        "dEAxAgYCB2RlZmF1bHQCAQIKAQdkZWZhdWx0AQMCCgw=";

    /// <summary>The same shopper with a profile and nothing else.</summary>
    private const string Bare =
        "AhIAAKYDAwcAgOCLtFmAgPe7pd7T3hGAgMiMvskXgID3u6Xe094RAAgBAICA97ul3tPeEQAAAAAAAPA/AAAAAAAAAAANAQAAAAAAAAAAAAAAAAoAAAAAAAAAAAAAAAAA" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAID4gq0WAIDA2eqDiAIAAAAAAAAAAAAAAAAAAAAA" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA8D8BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQFhgID3u6Xe094RAQAAAAAAAAAA" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAgPe7pd7T3hEBAAAAAAAAAAYBAAAAAAAAAAAA";

    private static readonly DateTimeOffset s_noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly UserStateCodec _codec = new(new UserProfileCodec(ProfileModel.Default), new RewardJoinerCodec(new RewardOptions()));

    [Fact]
    public void Read_StateOfFormat2_IsAllOfItAndStaysSo()
    {
        var state = _codec.Read(Convert.FromBase64String(Full));

        Assert.Equal((9L, s_noon), (state.AppliedOffset, state.AppliedAt));
        Assert.Equal(1, state.Profile!.EventCount);
        Assert.False(state.Consent.Said(Modality.Face));
        Assert.True(state.HasInterventions && state.Interventions.IsOpen("i1", s_noon, TimeSpan.FromHours(1)) == true);
        Assert.Equal(["text@2", "text@1"], state.ModelVersions);
        Assert.Equal([5L, 6], state.OwedFeelings!);
        Assert.Equal([(3L, UserEffectKind.Visit), (5, UserEffectKind.Learn)], state.Outbox.ToArray().Select(static e => (e.Offset, e.Kind)));
        Assert.Null(state.MovedFeelings);
        Assert.Null(state.OwedByOthers);
        AssertStays(state);
    }

    [Fact]
    public void Read_StateWithLittleInIt_StaysSo()
    {
        var state = _codec.Read(Convert.FromBase64String(Bare));

        Assert.Equal((null, false, 0, 0), (state.AppliedAt, state.HasInterventions, state.OwedCount, state.Outbox.Length));
        AssertStays(state);
    }

    [Fact]
    public void Codec_WhatIsOwedHereAndElsewhere_ComesBack()
    {
        var state = _codec.Read(Convert.FromBase64String(Bare));
        state.OwedFeelings = [3, 5];
        state.MovedFeelings = [new MovedFeeling(7, UserKey.Known("ada")), new MovedFeeling(9, UserKey.Known("eve"))];
        state.OwedByOthers = new SortedList<ulong, int> { [ulong.MaxValue] = 2 };

        var read = _codec.Read(Written(state));
        Assert.Equal([3L, 5], read.OwedFeelings!);
        Assert.Equal(state.MovedFeelings, read.MovedFeelings);
        Assert.Equal(state.OwedByOthers, read.OwedByOthers);
    }

    [Fact]
    public void Read_ALaterFormat_IsRefusedWithBoth()
    {
        var refusal = Assert.Throws<FormatException>(() => _codec.Read([4]));
        Assert.Contains("format version 4 cannot be read: expected 1 to 3", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settle_UpToAnOffset_LeavesWhatCameLater()
    {
        var state = new UserState();
        foreach (var offset in new[] { 1L, 1, 2, 4, 7 })
        {
            state.Emit(new UserEffect(offset, UserEffectKind.Visit, "default", []));
        }

        Assert.Equal([1L, 1, 2], state.OutboxOf(1, 3).Select(static e => e.Offset));
        state.Settle(2);
        Assert.Equal([4L, 7], state.Outbox.ToArray().Select(static e => e.Offset));
        Assert.Equal([7L], state.OutboxOf(5, 9).Select(static e => e.Offset));
        state.Settle(7);
        Assert.True(state.Outbox.IsEmpty);
        Assert.Empty(state.OutboxOf(0, long.MaxValue));
    }

    [Fact]
    public void NoteModel_SeveralVersions_KeepsTheNewestFirst()
    {
        var state = new UserState();
        foreach (var version in new[] { "a", "b", "c", "b", "b", "d" })
        {
            state.NoteModel(version, most: 3);
        }

        Assert.Equal(["d", "b", "c"], state.ModelVersions);
    }

    /// <summary>What is written now is read as the same, to the byte.</summary>
    private void AssertStays(UserState state) => Assert.Equal(Written(state), Written(_codec.Read(Written(state))));

    private byte[] Written(UserState state)
    {
        var output = new ArrayBufferWriter<byte>();
        _codec.Write(state, output);
        return output.WrittenSpan.ToArray();
    }
}

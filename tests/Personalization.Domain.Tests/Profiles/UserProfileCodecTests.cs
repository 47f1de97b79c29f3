using System.Buffers;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using static Personalization.Domain.Tests.Profiles.Shoppers;

namespace Personalization.Domain.Tests.Profiles;

public sealed class UserProfileCodecTests
{
    private static readonly UserProfileCodec Codec = new(ProfileModel.Default);

    /// <summary>What the format before wrote after a view, a search, another view and putting that into the cart, at noon and 1, 3, 4 minutes past.</summary>
    private const string Format2 =
        "AgQAgOCLtFmAgPe7pd7T3hGAgMiMvskXgID3u6Xe094RAAgEAIDg36y33tPeEXlkzrDvvBFAAAAAAAAAAAANBAAAAAAAAAAAAAAAAAoAAAAAAAAAAAAAAAAA" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAID4gq0WAIDA2eqDiAIAAAAAAAAAAAAA" +
        "AAAAkSBfwG9LAUACAAAAAAAAAAAAM6QipAHS8D8BAAAAAAAAAAAAAAAAAAAAAAAAjaxYnt2K8z8BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAALwbk9XxGA0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACBXNr" +
        "dS0ygMjF8LLe094RAQVza3UtMYCA97ul3tPeEQEBBXNrdS0ygODfrLfe094RAQAAAA==";

    [Fact]
    public void Read_WhatWasWritten_IsTheSameProfileToTheBit() =>
        Histories.Sample(
            static history =>
            {
                var profile = Profile(history);
                var read = Codec.Read(Bytes(profile));

                AssertSame(profile, read, tolerance: 0);
                Assert.Equal((profile.LastOffset, profile.BaseOffset), (read.LastOffset, read.BaseOffset));
                Assert.Equal(Bytes(profile), Bytes(read));
            },
            iter: 100);

    [Fact]
    public void Read_ProfileWithMerges_StillRefusesThemTwice()
    {
        var visitor = Profile(Input(Noon, Did(BehaviourKind.View), product: 1));
        var known = new UserProfile(ProfileModel.Default);
        known.TryMerge(UserKey.Anonymous("x"), visitor);

        Assert.Equal(MergeStatus.AlreadyApplied, Codec.Read(Bytes(known)).TryMerge(UserKey.Anonymous("x"), visitor));
    }

    [Fact]
    public void Read_CutShortAnywhere_IsAFormatException() =>
        Gen.Select(Histories, Gen.Double[0, 0.9999]).Sample(
            static (history, part) =>
            {
                var bytes = Bytes(Profile(history));
                Assert.Throws<FormatException>(() => Codec.Read(bytes.AsSpan(0, (int)(part * bytes.Length))));
            },
            iter: 200);

    [Fact]
    public void Read_GarbledAnywhere_IsAFormatExceptionOrAProfileThatWorks() =>
        Gen.Select(Histories, Gen.Select(Gen.Int[1, int.MaxValue], Gen.Byte).Array[1, 4]).Sample(
            static (history, changes) =>
            {
                var bytes = Bytes(Profile(history));
                foreach (var (at, value) in changes)
                {
                    bytes[at % bytes.Length] = value;
                }

                UserProfile read;
                try
                {
                    read = Codec.Read(bytes);
                }
                catch (FormatException)
                {
                    return;
                }

                Span<float> features = stackalloc float[ProfileFeatures.Count];
                read.Apply(Input(Noon, PayloadOf(Modality.Voice), Feeling(Modality.Voice, 1), product: 1, offset: long.MaxValue));
                read.ReadFeatures(Noon.AddDays(100), false, features);
                foreach (var feature in features)
                {
                    Assert.InRange(feature, -1, 1);
                }
            },
            iter: 1000);

    [Fact]
    public void Read_LaterVersionOrBytesTooMany_IsAFormatException()
    {
        var bytes = Bytes(Profile());

        Assert.Throws<FormatException>(() => Codec.Read([.. bytes, 0]));
        bytes[0] = 4;
        Assert.Contains("version 4", Assert.Throws<FormatException>(() => Codec.Read(bytes)).Message);
    }

    [Fact]
    public void Read_StateOfFormat2_SaysWhatItSaidAndBeginsItsVisit()
    {
        var profile = Codec.Read(Convert.FromBase64String(Format2));

        var reading = profile.Read(Noon.AddMinutes(5));
        Assert.Equal(0.2880717723439163, reading.Intent, 1e-12);
        Assert.Equal(0, reading.Hesitation);
        Assert.Equal((4, 1, Noon.AddMinutes(4)), (reading.EventCount, reading.CartSize, reading.LastEventAt));
        var window = profile.ReadWindow(Noon.AddMinutes(5))!.Value;
        Assert.Equal((0, 0, 0, false), (window.OtherViews, window.DearMinutes, window.CouponSearches, window.IsReturning));
        Assert.True(profile.ReadWindow(Noon.AddHours(2))!.Value.IsReturning);
        Assert.Equal(3, Bytes(profile)[0]);
        AssertSame(profile, Codec.Read(Bytes(profile)), tolerance: 0);
    }

    [Fact]
    public void Read_UnderOtherTimeConstants_SaysTheSameAtTheNewestEvent()
    {
        var profile = Profile(Numbered(
        [
            Input(Noon, PayloadOf(Modality.Text), Feeling(Modality.Text, -0.7), product: 2),
            Input(Noon.AddMinutes(20), Did(BehaviourKind.AddToCart), product: 3),
        ]));
        var options = new ProfileOptions
        {
            ShortTimeConstant = TimeSpan.FromMinutes(30),
            LongTimeConstant = TimeSpan.FromDays(40),
            AffinityTimeConstant = TimeSpan.FromDays(20),
        };

        var read = new UserProfileCodec(new ProfileModel(options)).Read(Bytes(profile));

        var (was, now) = (profile.Read(Noon.AddMinutes(20)), read.Read(Noon.AddMinutes(20)));
        Assert.Equal(was.Intent, now.Intent, 1e-9);
        var brand = Catalogue[2].BrandFacet!.Value;
        Assert.Equal(profile.ReadAffinity(brand, Noon), read.ReadAffinity(brand, Noon), 1e-6);

        // The mood is estimated anew from what was said and when: forgetting more slowly, it is lower.
        Assert.InRange(now.ShortTerm.Valence.Mean, -0.7, was.ShortTerm.Valence.Mean - 0.01);
        Assert.True(read.Read(Noon.AddHours(1)).Intent > profile.Read(Noon.AddHours(1)).Intent);
    }

    private static byte[] Bytes(UserProfile profile)
    {
        var output = new ArrayBufferWriter<byte>();
        Codec.Write(profile, output);
        return output.WrittenSpan.ToArray();
    }
}

using System.Buffers;
using CsCheck;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;
using Personalization.Domain.Serialization;
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

    /// <summary>
    /// What format 3 holds after a review of sku-1 at noon, a view of sku-3 and putting it into the cart, sku-5 shown and dismissed, a
    /// minute after each other, and the merge of a visitor who had viewed sku-1 at noon.
    /// </summary>
    private const string Format3 =
        "AwUAgOCLtFmAgPe7pd7T3hGAgMiMvskXgID3u6Xe094RAYGpq7u+t4/qugEBCQEBgID3u6Xe094RAAAAAAAA8D8S2ktoL6ENQA0AAAABAAAAAAAAAAAACgAAAAAAAAAA" +
        "AAAAAAAA6D8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgPiCrRYBoK6WywES2ktoL6ENQBLaS2gv" +
        "of0/qqqqqqqqAECqqqqqqqrgPwAAAAAAAAAAgMDZ6oOIAgHMmRES2ktoL6ENQBLaS2gvof0/qqqqqqqqAECqqqqqqqrgP/7///9/hB5BAgZiZWF1dHlxHMdxHMfhP3Ec" +
        "x3Ecx9E/EWJlYXV0eS9jYXRlZ29yeS0xcRzHcRzH8T9xHMdxHMfhPwEHYnJhbmQtMXEcx3Ecx/E/cRzHcRzH4T8CC2ZpbmlzaDpkZXd5cRzHcRzH4T9xHMdxHMfRPwZz" +
        "a2luOjFxHMdxHMfhP3Ecx3Ecx9E/BQCA4N+st97T3hGu5KSdoSgWQAAAAAAAAAAADQAAAAAAAAAAAAAFAAAKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACA+IKtFgCAwNnqg4gCAAMGYmVhdXR5hVQRcZ9m/D+9RjWH2m6tPxFiZWF1dHkvY2F0" +
        "ZWdvcnktM9rJgnEnAPw/JYQLcIRm9D8RYmVhdXR5L2NhdGVnb3J5LTEw359wF838P7kvmMeWj/K/AwdicmFuZC0w2smCcScA/D8lhAtwhGb0PwdicmFuZC0yMN+fcBfN" +
        "+D+G/GSUY1zzvwdicmFuZC0xAAAAAAAA0D+amZmZmZmpPwQLZmluaXNoOmRld3mFVBFxn2b8P71GNYfabq0/BnNraW46M9rJgnEnAOw/JYQLcIRm5D8Gc2tpbjowMN+f" +
        "cBfN6D+G/GSUY1zjvwZza2luOjEAAAAAAADAP5qZmZmZmZk/IkG+gN+W8j8BGlIR0gBpAEACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA1ABas8eu" +
        "8T8BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAjaxYnt2K8z8BmYWDhVdt1j8AAAAAAAAAAAAAAAAAAAAAXXV0EQYA" +
        "AEA7NVu93kXXPx0K20UYAPA/XXXAmnd00T8CBXNrdS0zgJiR+Kne094RAQVza3UtMYCA97ul3tPeEQEBBXNrdS0zgLCrtK7e094RAQABBXNrdS01gODfrLfe094RAQEF" +
        "c2t1LTUBgMjF8LLe094RGlIR0gBpAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAICA97ul3tPeEQ==";

    [Fact]
    public void Read_StateOfFormat3_IsTheProfileAndIsWrittenTheSame()
    {
        var profile = Codec.Read(Convert.FromBase64String(Format3));

        Assert.Equal(Modality.Text.ToSet() | Modality.Behaviour.ToSet(), profile.Sources);
        var snapshot = profile.Snapshot(Ann, Noon.AddMinutes(5));
        Assert.Equal((6L, 1), (snapshot.Reading.EventCount, snapshot.Reading.CartSize));
        Assert.Equal(["sku-3", "sku-1"], snapshot.Viewed.Select(static p => p.ProductId));
        Assert.Equal([new ProductAt("sku-3", Noon.AddMinutes(2))], snapshot.InCart.AsEnumerable());
        Assert.Equal(["sku-5"], snapshot.Dismissed.Select(static p => p.ProductId));
        Assert.Equal([new ShownProduct("sku-5", 1, Noon.AddMinutes(3))], snapshot.Shown.AsEnumerable());
        Assert.Equal(3, snapshot.Brands.Length);
        Assert.Equal(MergeStatus.AlreadyApplied, profile.TryMerge(UserKey.Anonymous("x"), Profile(Input(Noon, Did(BehaviourKind.View), product: 1))));
        Assert.Equal(Format3, Convert.ToBase64String(Bytes(profile)));
    }

    [Fact]
    public void Read_IdsThatTheReaderKnows_AreTheKnownStrings()
    {
        var known = new KnownTexts("sku-3", "sku-5");
        var snapshot = new UserProfileCodec(ProfileModel.Default, () => known).Read(Convert.FromBase64String(Format3)).Snapshot(Ann, Noon);

        Assert.Same(known.Texts[0], snapshot.Viewed[0].ProductId);
        Assert.Same(known.Texts[0], snapshot.InCart[0].ProductId);
        Assert.Same(known.Texts[1], snapshot.Dismissed[0].ProductId);
        Assert.Same(known.Texts[1], snapshot.Shown[0].ProductId);
        Assert.Equal("sku-1", snapshot.Viewed[1].ProductId);
    }

    [Fact]
    public void Apply_EveryChannel_IsCountedAndStored()
    {
        var channels = Enum.GetValues<Channel>();
        var profile = Profile(Numbered(channels.Select(static channel => Input(Noon, Did(BehaviourKind.View), product: 1, channel: channel))));

        foreach (var told in new[] { profile, Codec.Read(Bytes(profile)) })
        {
            Assert.Equal(channels.Select(static c => new ChannelCount(c, 1)), Assert.Single(told.Snapshot(Ann, Noon).Sources).Channels);
        }
    }

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

    private sealed class KnownTexts(params string[] texts) : IKnownTexts
    {
        // Strings of their own: those of the source are one for all.
        public string[] Texts { get; } = [.. texts.Select(static text => new string(text.AsSpan()))];

        public string? Find(ReadOnlySpan<char> text)
        {
            foreach (var known in Texts)
            {
                if (text.SequenceEqual(known))
                {
                    return known;
                }
            }

            return null;
        }
    }
}

using System.Buffers;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Domain.Tests.Ingestion;

public sealed class EventCodecTests
{
    public static TheoryData<PayloadKind> Kinds => [.. Enum.GetValues<PayloadKind>()];

    private static ShopperEvent Click => new()
    {
        EventId = "e-1",
        OccurredAt = DateTimeOffset.UnixEpoch,
        ReceivedAt = DateTimeOffset.UnixEpoch.AddSeconds(1),
        User = UserKey.Known("42"),
        ProductId = "sku-7",
        Payload = new BehaviourPayload { Action = BehaviourKind.Click },
    };

    // A version, a time of nine bytes, how many readings, then the first one's place.
    private const int IndexOfFrame = 11;

    private static ShopperEvent Seen => Click with
    {
        Payload = new ArFramesPayload(
        [
            new BlendshapeFrame(0, [0.5f], 1),
            new BlendshapeFrame(33, [], 1) { Face = new FaceReading(EmotionDistribution.Only(Emotion.Joy), 0.75f, "face@1") },
        ]),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_OfEncoded_IsTheSameEvent(PayloadKind kind) =>
        ShopperEvents.Of(kind).Sample(
            source => ShopperEvents.AssertSame(source, EventCodec.Decode(EventCodec.Encode(source))), iter: 300, threads: 1);

    [Fact]
    public void Decode_OfCutBytes_ThrowsFormatException() =>
        ShopperEvents.Any.Sample(
            source =>
            {
                var encoded = EventCodec.Encode(source);
                for (var length = 0; length < encoded.Length; length++)
                {
                    Assert.Throws<FormatException>(() => EventCodec.Decode(encoded.AsSpan(0, length)));
                }
            },
            iter: 30,
            threads: 1);

    [Fact]
    public void Decode_OfDamagedBytes_ThrowsNothingButFormatException() =>
        Gen.Select(ShopperEvents.Any, Gen.Select(Gen.Int[0, 100_000], Gen.Byte).Array[1, 8]).Sample(
            (source, hits) =>
            {
                var encoded = EventCodec.Encode(source);
                foreach (var (at, with) in hits)
                {
                    encoded[at % encoded.Length] = with;
                }

                // Damage may read as another event; what it must not do is fail in any other way.
                Assert.True(Record.Exception(() => EventCodec.Decode(encoded)) is null or FormatException);
            },
            iter: 3000,
            threads: 1);

    [Fact]
    public void Decode_OfRandomBytes_ThrowsNothingButFormatException() =>
        Gen.Byte.Array[0, 200].Sample(
            bytes =>
            {
                byte[] versioned = [EventCodec.FormatVersion, .. bytes];
                Assert.True(Record.Exception(() => EventCodec.Decode(versioned)) is null or FormatException);
            },
            iter: 3000,
            threads: 1);

    [Fact]
    public void Decode_WithBytesAfterTheEnd_ThrowsFormatException() =>
        Assert.Throws<FormatException>(() => EventCodec.Decode([.. EventCodec.Encode(Click), 0]));

    [Theory]
    [InlineData(0)]
    [InlineData(EventCodec.FormatVersion + 1)]
    [InlineData(255)]
    public void Decode_OfAnotherVersion_NamesTheVersionsItReads(byte version)
    {
        var encoded = EventCodec.Encode(Click);
        encoded[0] = version;
        var error = Assert.Throws<FormatException>(() => EventCodec.Decode(encoded));
        Assert.Contains($"version {version}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_OfFormatVersionOne_NeverChanges() =>
        Assert.Equal("0180DAF084BFFDBF9F1103652D3104753A34328080ACFBBEFDBF9F1100000005736B752D3700050200", Convert.ToHexString(EventCodec.Encode(Click)));

    [Fact]
    public void Encode_OfFormatVersionThree_NeverChanges() => Assert.Equal("0380DAF084BFFDBF9F110101000000000000803F00000000000000000000000000000000000000000000000000000000000000000000403F0666616365403103652D3104753A34328080ACFBBEFDBF9F1100000005736B752D3700010200010000003F0000803F42000000803F", Convert.ToHexString(EventCodec.Encode(Seen)));

    [Fact]
    public void Decode_OfWhatWasSeenOfAFrameThatIsNotThere_ThrowsFormatException()
    {
        var encoded = EventCodec.Encode(Seen);
        encoded[IndexOfFrame] = 7;
        var error = Assert.Throws<FormatException>(() => EventCodec.Decode(encoded));
        Assert.Contains("frame 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fingerprint_OfARetryThatWasSeenOrNot_IsTheSame()
    {
        var frames = (ArFramesPayload)Seen.Payload;
        var unseen = Seen with { Payload = new ArFramesPayload([.. frames.Frames.Select(static f => f with { Face = null })]) };
        Assert.Equal(1, EventCodec.Encode(unseen, out var expected)[0]);
        Assert.Equal(3, EventCodec.Encode(Seen, out var fingerprint)[0]);
        Assert.Equal(expected, fingerprint);
        Assert.Equal(expected, EventCodec.Fingerprint(EventCodec.Encode(Seen)));
    }

    [Fact]
    public void Encode_OfAClick_IsSmall() => Assert.InRange(EventCodec.Encode(Click).Length, 1, 48);

    [Fact]
    public void Encode_WithoutUser_NamesTheField()
    {
        var error = Assert.Throws<ArgumentException>(() => EventCodec.Encode(Click with { User = default }));
        Assert.Contains("user", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_OfUndefinedEnumValue_NamesTheField()
    {
        var error = Assert.Throws<ArgumentException>(() => EventCodec.Encode(Click with { Channel = (Channel)200 }));
        Assert.Contains("channel", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_AfterOneThatFailed_IsNotTouchedByItsHalf()
    {
        var expected = EventCodec.Encode(Click);
        Assert.Throws<ArgumentException>(() => EventCodec.Encode(Click with { Channel = (Channel)200 }));
        Assert.Equal(expected, EventCodec.Encode(Click));
    }

    [Fact]
    public void Encode_WhateverOrderTheContextIsSortedBy_GivesTheSameBytes()
    {
        var ordinal = ShopperEvent.NoContext.Add("b", ContextValue.Of(1)).Add("A", ContextValue.Of(true)).Add("a", ContextValue.Of("x"));
        var reversed = ordinal.WithComparers(Comparer<string>.Create((x, y) => string.CompareOrdinal(y, x)));
        Assert.Equal(EventCodec.Encode(Click with { Context = ordinal }), EventCodec.Encode(Click with { Context = reversed }));
    }

    [Fact]
    public void Fingerprint_OfARetry_IsTheSame() =>
        Gen.Select(ShopperEvents.Any, Gen.Int[1, 1000]).Sample(
            (source, seconds) =>
            {
                var received = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
                var encoded = EventCodec.Encode(source with { ReceivedAt = received }, out var fingerprint);
                Assert.Equal(EventCodec.Fingerprint(source), fingerprint);
                Assert.Equal(fingerprint, EventCodec.Fingerprint(encoded));
                Assert.Equal(fingerprint, EventCodec.Fingerprint(EventCodec.Decode(encoded)));
            },
            iter: 500,
            threads: 1);

    [Fact]
    public void Fingerprint_OfEventsThatDiffer_Differs() =>
        Gen.Select(ShopperEvents.Any, ShopperEvents.Any).Sample(
            (a, b) =>
            {
                b = b with { ReceivedAt = a.ReceivedAt };
                Assert.Equal(
                    EventCodec.Encode(a).AsSpan().SequenceEqual(EventCodec.Encode(b)),
                    EventCodec.Fingerprint(a) == EventCodec.Fingerprint(b));
            },
            iter: 1000,
            threads: 1);

    [Fact]
    public void Fingerprint_ChangesWithEveryFieldOfTheCaller()
    {
        ShopperEvent[] variants =
        [
            Click,
            Click with { EventId = "e-2" },
            Click with { OccurredAt = Click.OccurredAt.AddTicks(1) },
            Click with { User = UserKey.Anonymous("42") },
            Click with { SessionId = "s" },
            Click with { Touchpoint = Touchpoint.Cart },
            Click with { Channel = Channel.Web },
            Click with { ProductId = "sku-8" },
            Click with { Context = ShopperEvent.NoContext.Add("k", ContextValue.Of(false)) },
            Click with { Payload = new BehaviourPayload { Action = BehaviourKind.Click, Count = 2 } },
        ];
        Assert.Equal(variants.Length, variants.Select(EventCodec.Fingerprint).Distinct().Count());
    }

    [Fact]
    public void Write_ToABuffer_AppendsTheBytesOfEncode()
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventCodec.Write(Click, buffer);
        Assert.Equal(EventCodec.Encode(Click), buffer.WrittenSpan.ToArray());
    }
}

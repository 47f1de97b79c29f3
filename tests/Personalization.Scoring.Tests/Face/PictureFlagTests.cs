using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests.Face;

public sealed class PictureFlagTests(SharedScorer shared) : IClassFixture<SharedScorer>
{
    private const int Side = FaceCrop.MinSide;

    [Theory]
    [InlineData(39, 30, 0.99f, PictureFlags.LowLight)]
    [InlineData(41, 30, 0.99f, PictureFlags.None)]
    [InlineData(128, 14, 0.99f, PictureFlags.LowLight)]
    [InlineData(128, 16, 0.99f, PictureFlags.None)]
    [InlineData(128, 50, 0.96f, PictureFlags.None)]
    [InlineData(128, 50, 0.95f, PictureFlags.Occluded)]
    [InlineData(20, 10, 0.1f, PictureFlags.LowLight)]
    public void Of_LevelsAndFace_TellsWhatToBewareOf(float mean, float deviation, float isFace, PictureFlags expected)
    {
        // Half of the pixels a deviation above the mean, half below.
        var pixels = Enumerable.Range(0, 100).Select(i => mean + (i % 2 == 0 ? deviation : -deviation)).ToArray();

        Assert.Equal(expected, PictureQuality.Of(pixels, isFace));
    }

    [Fact]
    public async Task ReadFaces_DarkFlatAndHiddenFaces_AreFlaggedEachInItsWay()
    {
        var face = GoldenFaces.Mean("happiness").Pixels.ToArray();
        var dark = Array.ConvertAll(face, static level => (byte)(level / 8));
        var flat = Array.ConvertAll(face, static level => (byte)(120 + (level / 16)));
        // A slope from dark to light: light enough, and no face.
        var slope = Enumerable.Range(0, Side * Side).Select(static i => (byte)(i % Side * 5)).ToArray();

        var readings = await shared.Scorer.ReadFacesAsync([Crop(face), Crop(dark), Crop(flat), Crop(slope)], DateTimeOffset.MaxValue, CancellationToken.None);

        Assert.Equal(
            [PictureFlags.None, PictureFlags.LowLight, PictureFlags.LowLight, PictureFlags.Occluded], readings.Select(static reading => reading!.Flags));
    }

    [Theory]
    [InlineData(2, 1, ObservationFlags.LowLight | ObservationFlags.LowQuality)]
    [InlineData(1, 1, ObservationFlags.None)]
    [InlineData(0, 2, ObservationFlags.None)]
    public void Read_SomePicturesDark_FlagsTheWholeWhenMostAre(int dark, int plain, ObservationFlags expected)
    {
        var frames = Enumerable.Range(0, dark + plain).Select(i => Frame(i < dark ? PictureFlags.LowLight : PictureFlags.None));

        Assert.Equal(expected, FaceFusion.Read(new ArFramesPayload([.. frames]))!.Flags);
    }

    [Fact]
    public void Read_HiddenFace_IsFlaggedAndNoMoreThanThat()
    {
        var flags = FaceFusion.Read(new ArFramesPayload([Frame(PictureFlags.Occluded)]))!.Flags;

        Assert.Equal(ObservationFlags.Occluded | ObservationFlags.LowQuality, flags);
    }

    [Fact]
    public void Codec_AnyFlags_ComeBackAndOlderFormsAreStillWritten()
    {
        Gen.Int[0, 3].Array[1, 5].Sample(flags =>
        {
            var source = new ShopperEvent
            {
                EventId = "e", User = UserKey.Known("ada"), OccurredAt = DateTimeOffset.UnixEpoch, ReceivedAt = DateTimeOffset.UnixEpoch,
                Payload = new ArFramesPayload([.. flags.Select(static each => Frame((PictureFlags)each))]),
            };
            var encoded = EventCodec.Encode(source);

            Assert.Equal(Array.TrueForAll(flags, static each => each == 0) ? 3 : 5, encoded[0]);
            Assert.Equal(flags, ((ArFramesPayload)EventCodec.Decode(encoded).Payload).Frames.Select(static frame => (int)frame.Face!.Flags));
        });
    }

    private static FaceCrop Crop(byte[] pixels) => new(pixels, Owner: 1);

    private static BlendshapeFrame Frame(PictureFlags flags) =>
        new(0, [], 1) { Face = new FaceReading(EmotionDistribution.Only(Emotion.Joy), 0.8f, "face@1") { Flags = flags } };
}

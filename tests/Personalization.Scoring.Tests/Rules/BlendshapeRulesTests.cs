using System.Collections.Immutable;
using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests.Rules;

public sealed class BlendshapeRulesTests
{
    [Fact]
    public void Read_SmileWithCheeks_IsJoy()
    {
        var observation = Read(Face((Blendshape.MouthSmileLeft, 0.9f), (Blendshape.MouthSmileRight, 0.9f),
            (Blendshape.CheekSquintLeft, 0.7f), (Blendshape.CheekSquintRight, 0.7f)));

        Assert.Equal(Emotion.Joy, Strongest(observation));
        Assert.InRange(observation.Valence, 0.5f, 1f);
    }

    [Fact]
    public void Read_SmileWithoutCheeks_IsLessJoyThanWith()
    {
        var polite = Read(Face((Blendshape.MouthSmileLeft, 0.8f), (Blendshape.MouthSmileRight, 0.8f)));
        var felt = Read(Face((Blendshape.MouthSmileLeft, 0.8f), (Blendshape.MouthSmileRight, 0.8f),
            (Blendshape.CheekSquintLeft, 0.5f), (Blendshape.CheekSquintRight, 0.5f)));

        Assert.True(felt.Emotions[(int)Emotion.Joy] > polite.Emotions[(int)Emotion.Joy]);
    }

    [Theory]
    [InlineData(Emotion.Anger, -1, new[] { Blendshape.BrowDownLeft, Blendshape.BrowDownRight, Blendshape.EyeSquintLeft, Blendshape.EyeSquintRight, Blendshape.MouthPressLeft, Blendshape.MouthPressRight })]
    [InlineData(Emotion.Disgust, -1, new[] { Blendshape.NoseSneerLeft, Blendshape.NoseSneerRight })]
    [InlineData(Emotion.Sadness, -1, new[] { Blendshape.BrowInnerUp, Blendshape.MouthFrownLeft, Blendshape.MouthFrownRight })]
    [InlineData(Emotion.Confusion, -1, new[] { Blendshape.BrowDownLeft, Blendshape.BrowDownRight, Blendshape.EyeSquintLeft, Blendshape.EyeSquintRight })]
    [InlineData(Emotion.Contempt, -1, new[] { Blendshape.MouthDimpleLeft })]
    [InlineData(Emotion.Surprise, 1, new[] { Blendshape.BrowInnerUp, Blendshape.BrowOuterUpLeft, Blendshape.BrowOuterUpRight, Blendshape.EyeWideLeft, Blendshape.EyeWideRight, Blendshape.JawOpen })]
    public void Read_Expression_IsNamedAndSigned(Emotion emotion, int sign, Blendshape[] shapes)
    {
        var observation = Read(Face([.. shapes.Select(s => (s, 0.9f))]));

        Assert.Equal(emotion, Strongest(observation));
        Assert.Equal(sign, Math.Sign(observation.Valence));
    }

    [Fact]
    public void Read_BlankFace_IsNeutralAndUnsure()
    {
        var observation = Read(Face());

        Assert.Equal(Emotion.Neutral, Strongest(observation));
        Assert.InRange(observation.Confidence, 0.01f, 0.3f);
    }

    [Fact]
    public void Read_SingleFrameJump_IsFilteredOut()
    {
        var frames = Face().Frames;
        var jump = Face((Blendshape.MouthSmileLeft, 1f), (Blendshape.MouthSmileRight, 1f)).Frames[0];

        var observation = BlendshapeRules.Read(new ArFramesPayload(frames.SetItem(10, jump with { OffsetMs = frames[10].OffsetMs })));

        Assert.Equal(0, observation.Emotions[(int)Emotion.Joy], 1e-5f);
    }

    [Theory]
    [InlineData(50, 6, true)]
    [InlineData(100, 3, true)]
    [InlineData(33, 3, true)]
    [InlineData(50, 14, false)]
    [InlineData(100, 8, false)]
    [InlineData(200, 2, false)]
    public void Read_SmileThatFlashesBy_IsFlagged_AndOneThatStaysIsNot(int frameMs, int smiling, bool flagged)
    {
        var smile = Face((Blendshape.MouthSmileLeft, 0.9f), (Blendshape.MouthSmileRight, 0.9f),
            (Blendshape.CheekSquintLeft, 0.7f), (Blendshape.CheekSquintRight, 0.7f)).Frames[0];
        var blank = Face().Frames[0];
        var frames = Enumerable.Range(0, 40).Select(i => (i is >= 10 && i < 10 + smiling ? smile : blank) with { OffsetMs = i * frameMs });

        var observation = BlendshapeRules.Read(new ArFramesPayload([.. frames]));

        Assert.Equal(flagged, observation.Flags.HasFlag(ObservationFlags.MicroExpression));
    }

    [Fact]
    public void Read_SmileThatIsThereFromTheStartOrToTheEnd_IsNoFlash()
    {
        var smile = Face((Blendshape.MouthSmileLeft, 0.9f), (Blendshape.MouthSmileRight, 0.9f),
            (Blendshape.CheekSquintLeft, 0.7f), (Blendshape.CheekSquintRight, 0.7f)).Frames[0];
        var blank = Face().Frames[0];
        foreach (var smiles in new Func<int, bool>[] { static i => i < 4, static i => i >= 16 })
        {
            var frames = Enumerable.Range(0, 20).Select(i => (smiles(i) ? smile : blank) with { OffsetMs = i * 50 });

            Assert.False(BlendshapeRules.Read(new ArFramesPayload([.. frames])).Flags.HasFlag(ObservationFlags.MicroExpression));
        }
    }

    [Fact]
    public void Read_PoorlySeenFace_IsLessSureAndFlagged()
    {
        var seen = Read(Face((Blendshape.MouthSmileLeft, 0.9f), (Blendshape.MouthSmileRight, 0.9f)));
        var dark = Read(WithQuality(Face((Blendshape.MouthSmileLeft, 0.9f), (Blendshape.MouthSmileRight, 0.9f)), 0.2f));

        Assert.True(dark.Confidence < seen.Confidence / 2);
        Assert.True(dark.Flags.HasFlag(ObservationFlags.LowQuality));
        Assert.False(seen.Flags.HasFlag(ObservationFlags.LowQuality));
    }

    [Fact]
    public void Read_SomeBrokenFrames_ReadsTheOthersAndSaysSo()
    {
        var smile = Face((Blendshape.MouthSmileLeft, 0.9f), (Blendshape.MouthSmileRight, 0.9f));
        var broken = new BlendshapeFrame(5, [.. Enumerable.Repeat(float.NaN, 52)], 1);

        var observation = BlendshapeRules.Read(new ArFramesPayload(smile.Frames.Insert(3, broken)));

        Assert.Equal(Read(smile).Valence, observation.Valence, 1e-2f);
        Assert.True(observation.Flags.HasFlag(ObservationFlags.LowQuality));
    }

    [Fact]
    public void Read_NoReadableFrame_IsUnreadable()
    {
        BlendshapeFrame[] frames =
        [
            new(0, [.. Enumerable.Repeat(float.PositiveInfinity, 52)], 1), new(1, [1, 2, 3], 1), new(2, default, 1), new(3, [.. new float[52]], float.NaN),
        ];

        Assert.True(BlendshapeRules.Read(new ArFramesPayload([.. frames])).Flags.HasFlag(ObservationFlags.Unreadable));
        Assert.True(BlendshapeRules.Read(new ArFramesPayload([])).Flags.HasFlag(ObservationFlags.Unreadable));
        Assert.True(BlendshapeRules.Read(new ArFramesPayload(default)).Flags.HasFlag(ObservationFlags.Unreadable));
    }

    [Fact]
    public void Read_AnyFrames_StaysInRangeAndSharesOutOne()
    {
        var frame = Gen.Select(Gen.Int[0, 5000], Gen.Float[-0.5f, 1.5f].Array[52], Gen.Float[-1, 2]);
        frame.Array[1, 12].Sample(frames =>
        {
            var observation = BlendshapeRules.Read(new ArFramesPayload(
                [.. frames.Select(f => new BlendshapeFrame(f.Item1, [.. f.Item2], f.Item3))]));
            var distribution = observation.Emotions;
            ReadOnlySpan<float> emotions = distribution;
            var sum = 0f;
            foreach (var weight in emotions)
            {
                Assert.InRange(weight, 0f, 1.0001f);
                sum += weight;
            }

            Assert.Equal(1, sum, 1e-3f);
            Assert.InRange(observation.Valence, -1f, 1f);
            Assert.InRange(observation.Arousal, -1f, 1f);
            Assert.InRange(observation.Confidence, 0f, 0.7f);
        });
    }

    private static SentimentObservation Read(ArFramesPayload payload) => BlendshapeRules.Read(payload);

    private static ArFramesPayload Face(params (Blendshape Shape, float Value)[] shapes)
    {
        var coefficients = new float[52];
        foreach (var (shape, value) in shapes)
        {
            coefficients[(int)shape] = value;
        }

        return new ArFramesPayload([.. Enumerable.Range(0, 30).Select(i => new BlendshapeFrame(i * 33, [.. coefficients], 1))]);
    }

    private static ArFramesPayload WithQuality(ArFramesPayload face, float quality) =>
        new(face.Frames.Select(f => f with { Quality = quality }).ToImmutableArray());

    private static Emotion Strongest(SentimentObservation observation)
    {
        var distribution = observation.Emotions;
        ReadOnlySpan<float> all = distribution;
        return (Emotion)all.IndexOf(all.ToArray().Max());
    }
}

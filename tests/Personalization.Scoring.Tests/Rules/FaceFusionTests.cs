using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests.Rules;

public sealed class FaceFusionTests
{
    private const string Model = "face@test";
    private const float Rounding = 1e-5f;

    private static readonly Gen<FaceReading> _reading = Gen.Select(Gen.Float[0.01f, 1].Array[10], Gen.Float[0, 1]).Select((weights, confidence) => Reading(weights, confidence));

    private static readonly Gen<BlendshapeFrame> _coefficients = Gen.Select(
        Gen.Int[0, 5000], Gen.Float[0, 1].Array[52], Gen.Float[0, 1]).Select((at, c, quality) => new BlendshapeFrame(at, [.. c], quality));

    private static readonly Gen<BlendshapeFrame> _picture = Gen.Select(Gen.Int[0, 5000], Gen.Float[0, 1], _reading)
        .Select((at, quality, face) => new BlendshapeFrame(at, [], quality) { Face = face });

    private static readonly Gen<BlendshapeFrame> _both = Gen.Select(_coefficients, _reading).Select((frame, face) => frame with { Face = face });

    [Fact]
    public void Read_NoPictures_IsExactlyWhatTheRulesSay() =>
        _coefficients.Array[1, 12].Sample(frames =>
        {
            var payload = new ArFramesPayload([.. frames]);
            var (expected, actual) = (BlendshapeRules.Read(payload), FaceFusion.Read(payload)!);

            Assert.Equal(EmotionsOf(expected), EmotionsOf(actual));
            Assert.Equal(
                (expected.Valence, expected.Arousal, expected.Confidence, expected.Flags, expected.ModelVersion),
                (actual.Valence, actual.Arousal, actual.Confidence, actual.Flags, actual.ModelVersion));
        });

    [Fact]
    public void Read_PicturesInAnyOrder_SayTheSame() =>
        Gen.Select(_coefficients.Array[0, 6], _picture.Array[1, 12], Gen.Int).Sample((rules, pictures, seed) =>
        {
            var shuffled = pictures.ToArray();
            new Random(seed).Shuffle(shuffled);

            var (one, other) = (Read([.. rules, .. pictures]), Read([.. rules, .. shuffled]));

            Assert.Equal(one.Valence, other.Valence, Rounding);
            Assert.Equal(one.Confidence, other.Confidence, Rounding);
            Assert.Equal(one.Flags, other.Flags);
        });

    [Fact]
    public void Read_StrongerSignOnAPicture_NeverWeakensItsOwnDirection() =>
        Gen.Select(_coefficients.Array[0, 6], _picture.Array[1, 6], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Float[0, 1]).Sample((rules, pictures, from, to, share) =>
        {
            var direction = Math.Sign(ValenceOf(to) - ValenceOf(from));
            var stronger = pictures.Select(p => p with { Face = Moved(p.Face!, from, to, share) });

            var change = Read([.. rules, .. stronger]).Valence - Read([.. rules, .. pictures]).Valence;

            Assert.True(change * direction >= -Rounding, $"From {(Emotion)from} to {(Emotion)to} changed valence by {change}.");
        });

    [Fact]
    public void Read_SurerPicture_MovesTowardWhatItShows() =>
        Gen.Select(_coefficients.Array[1, 6], _reading, Gen.Float[0, 1]).Sample((rules, face, surer) =>
        {
            surer = face.Confidence + (1 - face.Confidence) * surer;
            var shown = Read([Picture(face with { Confidence = 1 })]).Valence;

            var before = Read([.. rules, Picture(face)]).Valence;
            var after = Read([.. rules, Picture(face with { Confidence = surer })]).Valence;

            Assert.True(Math.Abs(after - shown) <= Math.Abs(before - shown) + Rounding);
        });

    [Fact]
    public void Read_HappierCoefficients_AreNeverReadAsLessHappy() =>
        Gen.Select(_coefficients.Array[6], _coefficients.Array[6], _picture).Sample((some, others, picture) =>
        {
            // The same qualities: only what the coefficients show differs.
            others = [.. others.Zip(some, static (o, s) => o with { OffsetMs = s.OffsetMs, Quality = s.Quality })];

            var rules = Read(others).Valence - Read(some).Valence;
            var whole = Read([.. others, picture]).Valence - Read([.. some, picture]).Valence;

            Assert.True(Math.Abs(whole) < Rounding || Math.Sign(rules) == Math.Sign(whole));
        });

    [Fact]
    public void Read_Anything_StaysInRangeAndSharesOutOne() =>
        Gen.OneOf<BlendshapeFrame>(_coefficients, _picture, _both).Array[1, 12].Sample(frames =>
        {
            var observation = Read([.. frames]);

            Assert.Equal(1, EmotionsOf(observation).Sum(), 1e-3f);
            Assert.InRange(observation.Valence, -1f, 1f);
            Assert.InRange(observation.Arousal, -1f, 1f);
            Assert.InRange(observation.Confidence, 0f, 0.85f);
        });

    [Fact]
    public void Read_BothAgree_IsSurerThanEitherAlone()
    {
        var (rules, picture) = (Smile(), Picture(Sure(Emotion.Joy)));

        var both = Read([.. rules, picture]);

        Assert.True(both.Confidence > Read(rules).Confidence);
        Assert.True(both.Confidence > Read([picture]).Confidence);
        Assert.False(both.Flags.HasFlag(ObservationFlags.Mixed));
        Assert.Equal($"{BlendshapeRules.Version}+{Model}", both.ModelVersion);
    }

    [Fact]
    public void Read_TheMoreTheyDisagree_TheLessSure()
    {
        var rules = Smile();

        var confidences = new[] { Emotion.Joy, Emotion.Interest, Emotion.Sadness, Emotion.Anger }
            .Select(shown => Read([.. rules, Picture(Sure(shown))])).ToArray();

        Assert.Equal(confidences.OrderByDescending(static o => o.Confidence), confidences);
        Assert.True(confidences[^1].Confidence < Math.Min(Read(rules).Confidence, confidences[0].Confidence) - 0.1f);
        Assert.True(confidences[^1].Flags.HasFlag(ObservationFlags.Mixed));
    }

    [Fact]
    public void Read_MorePicturesOfTheSame_MakeNoSurer()
    {
        var one = Read([Picture(Sure(Emotion.Joy))]);
        var many = Read([.. Enumerable.Repeat(Picture(Sure(Emotion.Joy)), 20)]);

        Assert.Equal(one.Confidence, many.Confidence, Rounding);
    }

    [Fact]
    public void Read_PictureOfNoFace_ChangesNothingButIsSaidSo()
    {
        var rules = Smile();

        var observation = Read([.. rules, Picture(Sure(Emotion.Anger) with { Confidence = 0 })]);

        Assert.Equal((Read(rules).Valence, Read(rules).Confidence), (observation.Valence, observation.Confidence));
        Assert.True(observation.Flags.HasFlag(ObservationFlags.LowQuality));
    }

    [Fact]
    public void Read_PicturesOnly_IsTheModelsOwn()
    {
        var observation = Read([Picture(Sure(Emotion.Joy)), Picture(Sure(Emotion.Joy))]);

        Assert.Equal(Model, observation.ModelVersion);
        Assert.Equal(0.9f, observation.Valence, Rounding);
        Assert.Equal(ObservationFlags.None, observation.Flags);
    }

    [Fact]
    public void Read_FramesWithPicturesOnly_DoNotMakeTheOthersBroken()
    {
        Assert.Equal(ObservationFlags.None, Read([.. Smile(), Picture(Sure(Emotion.Joy))]).Flags);
    }

    [Fact]
    public void Read_NothingWasLookedAt_IsNothing()
    {
        Assert.Null(FaceFusion.Read(new ArFramesPayload([new BlendshapeFrame(0, [], 1), new BlendshapeFrame(1, [], 1)])));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1f)]
    [InlineData(0.5f)]
    public void Read_BrokenReading_IsLeftOut(float weight)
    {
        var broken = default(EmotionDistribution);
        broken[(int)Emotion.Anger] = weight;

        var observation = Read([.. Smile(), Picture(new FaceReading(broken, 1, Model))]);

        Assert.Equal(Read(Smile()).Valence, observation.Valence);
    }

    private static SentimentObservation Read(IEnumerable<BlendshapeFrame> frames) => FaceFusion.Read(new ArFramesPayload([.. frames]))!;

    private static BlendshapeFrame Picture(FaceReading face) => new(0, [], 1) { Face = face };

    private static FaceReading Sure(Emotion emotion) => new(EmotionDistribution.Only(emotion), 0.9f, Model);

    private static BlendshapeFrame[] Smile()
    {
        var coefficients = new float[52];
        Blendshape[] smile = [Blendshape.MouthSmileLeft, Blendshape.MouthSmileRight, Blendshape.CheekSquintLeft, Blendshape.CheekSquintRight];
        foreach (var shape in smile)
        {
            coefficients[(int)shape] = 1;
        }

        return [.. Enumerable.Range(0, 10).Select(i => new BlendshapeFrame(i * 33, [.. coefficients], 1))];
    }

    private static FaceReading Reading(float[] weights, float confidence)
    {
        var emotions = default(EmotionDistribution);
        for (var e = 0; e < weights.Length; e++)
        {
            emotions[e] = weights[e] / weights.Sum();
        }

        return new FaceReading(emotions, confidence, Model);
    }

    private static FaceReading Moved(FaceReading face, int from, int to, float share)
    {
        var emotions = face.Emotions;
        var moved = emotions[from] * share;
        emotions[from] -= moved;
        emotions[to] += moved;
        return face with { Emotions = emotions };
    }

    private static float ValenceOf(int emotion) => Read([Picture(Sure((Emotion)emotion))]).Valence;

    private static float[] EmotionsOf(SentimentObservation observation)
    {
        var distribution = observation.Emotions;
        ReadOnlySpan<float> all = distribution;
        return all.ToArray();
    }
}

using CsCheck;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Face;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Tests.Face;

/// <summary>Holds serving to what the trainer's own network said of the same pictures.</summary>
public sealed class FaceModelTests : IDisposable
{
    private const float Tolerance = 2e-4f;
    private readonly FaceModel _model = FaceModel.Load(new ScoringOptions().FullFaceModelPath, ScoringDevice.Cpu, 1);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Model_GoldenFaces_GivesTheTrainersOutputs()
    {
        Assert.Equal(GoldenFaces.Hash, _model.Onnx.Hash);
        var readings = Run([.. GoldenFaces.Cases.Select(static c => c.Crop)]);

        foreach (var ((_, _, labels, emotions), reading) in GoldenFaces.Cases.Zip(readings))
        {
            Assert.All(emotions.Zip(EmotionsOf(reading)), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
            Assert.Equal((1 - labels[_model.NoFace]) * emotions.Max(), reading.Confidence, Tolerance);
            Assert.Equal(_model.Version, reading.ModelVersion);
        }
    }

    [Fact]
    public void Model_HappyFace_IsJoyInAnySize()
    {
        var readings = Run([GoldenFaces.Mean("happiness"), .. GoldenFaces.Named("the mean happy face")]);

        Assert.Equal(6, readings.Length);
        Assert.All(readings, static r => Assert.True(r.Emotions[(int)Emotion.Joy] > 0.5f, $"joy is {r.Emotions[(int)Emotion.Joy]}"));
    }

    [Fact]
    public void Run_AnyPixels_SumsToOneAndIsFinite()
    {
        using var runner = new FaceBatchRunner(_model);
        Gen.Int[FaceCrop.MinSide, FaceCrop.MaxSide].SelectMany(side => Gen.Byte.Array[side * side]).Array[1, 3].Sample(
            pictures =>
            {
                var readings = new FaceReading[pictures.Length];
                runner.Run([.. pictures.Select(static p => new FaceCrop(p, 1))], readings);
                Assert.All(readings, static r => Assert.Equal(1, EmotionsOf(r).Sum(), 1e-4f));
                Assert.All(readings, static r => Assert.InRange(r.Confidence, 0f, 1f));
            },
            iter: 20,
            threads: 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Run_FlatPicture_IsFiniteAndHarmsNoNeighbour(byte grey)
    {
        var happy = GoldenFaces.Mean("happiness");
        var flat = new byte[112 * 112];
        flat.AsSpan().Fill(grey);

        var readings = Run([happy, new FaceCrop(flat, 1), happy]);

        Assert.InRange(readings[1].Confidence, 0f, 1f);
        Assert.Equal(Run([happy])[0].Confidence, readings[2].Confidence, Tolerance);
    }

    [Fact]
    public void Run_MoreThanABatchOfRows_AnswersEachInItsPlace()
    {
        FaceCrop[] two = [GoldenFaces.Mean("happiness"), GoldenFaces.Mean("surprise")];
        FaceCrop[] many = [.. Enumerable.Range(0, 70).Select(i => two[i % 2])];
        var expected = Run(two);

        var readings = Run(many);

        Assert.All(readings.Index(), r => Assert.Equal(expected[r.Index % 2].Confidence, r.Item.Confidence, Tolerance));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(47 * 47)]
    [InlineData(48 * 49)]
    [InlineData(113 * 113)]
    public void Run_NoSquareOfASizeThatIsTaken_IsRefused(int pixels)
    {
        Assert.Throws<ArgumentException>(() => Run([new FaceCrop(new byte[pixels], 1)]));
    }

    [Fact]
    public void Load_OtherModel_IsRefusedNamingWhatItLacks()
    {
        var error = Assert.Throws<InvalidModelException>(() => FaceModel.Load(new ScoringOptions().FullTextModelPath, ScoringDevice.Cpu, 1));

        Assert.Contains("'faces'", error.Message, StringComparison.Ordinal);
    }

    private FaceReading[] Run(FaceCrop[] crops)
    {
        var readings = new FaceReading[crops.Length];
        using var runner = new FaceBatchRunner(_model);
        runner.Run(crops, readings);
        return readings;
    }

    private static float[] EmotionsOf(FaceReading reading)
    {
        var emotions = reading.Emotions;
        ReadOnlySpan<float> all = emotions;
        return all.ToArray();
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using Personalization.Domain.Profiles;
using Personalization.Scoring.Behaviour;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Tests.Behaviour;

/// <summary>Holds serving to what the trainer's own trees said of the same windows.</summary>
public sealed class GoldenWindowTests : IDisposable
{
    private const float Tolerance = 2e-6f;
    private readonly BehaviourModel _model = BehaviourModel.Load(new ScoringOptions().FullBehaviourModelPath, 1);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Model_GoldenWindows_GivesTheTrainersProbabilities()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "windows.json")));
        Assert.Equal(golden.RootElement.GetProperty("content_sha256").GetString(), _model.Onnx.Hash);
        var cases = golden.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.True(cases.Count > 128, "They should fill more than two blocks of rows.");

        var said = Read([.. cases.Select(static c => WindowOf(c.GetProperty("window")))]);

        Assert.All(cases.Zip(said), static pair => Assert.Equal(pair.First.GetProperty("intent").GetSingle(), pair.Second, Tolerance));
    }

    [Fact]
    public void Model_PurchasePathKnown_TellsMoreThanWithoutIt()
    {
        float[] visit = [20, 15, 3, 2, 0, 11, 0, 1];
        float[] Path(float value) => [.. visit.Select((f, i) => i == (int)IntentFeature.PurchasePath ? value : f)];

        var said = Read([.. new[] { Path(0), Path(float.NaN), Path(1) }.Select(static w => w.ToImmutableArray())]);

        Assert.True(said[0] < said[1] && said[1] < said[2], string.Join(", ", said));
        Assert.True(said[2] > 0.4f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.MaxValue)]
    [InlineData(-1e9f)]
    [InlineData(float.Epsilon)]
    public void Model_PoisonWindowAmongNeighbours_GivesAProbabilityAndHarmsNone(float poison)
    {
        ImmutableArray<float> sane = [10, 5, 0, 0, 0, 5, 0, 1];
        var alone = Read([sane])[0];

        var said = Read([sane, [.. Enumerable.Repeat(poison, IntentFeatures.Count)], sane]);

        Assert.All(said, static p => Assert.InRange(p, 1e-6f, 1 - 1e-6f));
        Assert.Equal((alone, alone), (said[0], said[2]));
    }

    [Fact]
    public void Load_TextModelInItsPlace_IsRefusedNamingWhatItLacks() => Assert.Contains(
        "'window'", Assert.Throws<InvalidModelException>(static () => BehaviourModel.Load(new ScoringOptions().FullTextModelPath, 1)).Message,
        StringComparison.Ordinal);

    private float[] Read(ImmutableArray<float>[] windows)
    {
        var said = new float[windows.Length];
        using var runner = new BehaviourBatchRunner(_model);
        runner.Run(windows, said);
        return said;
    }

    private static ImmutableArray<float> WindowOf(JsonElement window) =>
        [.. window.EnumerateArray().Select(static f => f.ValueKind == JsonValueKind.Null ? float.NaN : f.GetSingle())];
}

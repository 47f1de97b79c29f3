using System.Text.Json;
using Personalization.Domain.Scoring;
using Personalization.Domain.Scoring.Voice;
using Personalization.Scoring.Onnx;
using Personalization.Scoring.Voice;
using Personalization.VoiceFeatures;

namespace Personalization.Scoring.Tests.Voice;

/// <summary>Holds serving to what the trainer measured, and to what the trainer's own network said.</summary>
public sealed class GoldenVoiceTests : IDisposable
{
    private const float Tolerance = 1e-4f;
    private readonly VoiceModel _model = VoiceModel.Load(new ScoringOptions().FullVoiceModelPath, ScoringDevice.Cpu, 1);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Model_GoldenCases_GivesTheTrainersOutputs()
    {
        using var golden = Golden();
        Assert.Equal(golden.RootElement.GetProperty("content_sha256").GetString(), _model.Onnx.Hash);
        var cases = golden.RootElement.GetProperty("cases").EnumerateArray().ToList();
        // More than one piece of the runner, so that what is left of one shows in the next.
        var repeated = Enumerable.Range(0, 3).SelectMany(_ => cases).ToList();
        var readings = new VoiceReading[repeated.Count];
        using var runner = new VoiceBatchRunner(_model);

        runner.Run([.. repeated.Select(Job)], readings);

        for (var i = 0; i < readings.Length; i++)
        {
            var said = readings[i];
            float[] expected = [.. Floats(repeated[i], "arousal"), .. Floats(repeated[i], "valence"), .. Floats(repeated[i], "familiarity")];
            float[] actual = [said.Aroused, said.Negative, said.Neutral, said.Positive, said.Familiarity];
            Assert.True(expected.Zip(actual).All(static each => Math.Abs(each.First - each.Second) <= Tolerance), $"case {i % cases.Count}: {string.Join(' ', expected)} and {said}");
        }
    }

    [Fact]
    public void Extractor_MadeUpSound_MeasuresWhatTheTrainerDid()
    {
        using var golden = Golden();
        var sounds = golden.RootElement.GetProperty("sounds").EnumerateArray().ToDictionary(static e => e.GetProperty("name").GetString()!);
        foreach (var (name, samples) in Probes.All())
        {
            var expected = Floats(sounds[name], "features");
            var actual = AcousticFeatureExtractor.Extract(samples, Probes.RateHz).Functionals.Values;

            Assert.Equal(expected.Length, actual.Length);
            for (var i = 0; i < expected.Length; i++)
            {
                // Mathematics libraries differ in last bits, which may round to the next half-precision number.
                Assert.True(Math.Abs(expected[i] - (float)actual[i]) <= 1e-3 + 4e-3 * Math.Abs(expected[i]), $"{name}, {VoiceFunctionals.Names[i]}: {expected[i]} and {actual[i]}");
            }

            sounds.Remove(name);
        }

        Assert.Empty(sounds);
    }

    [Fact]
    public void Load_AnotherModel_IsRefusedNamingWhatItLacks()
    {
        var error = Assert.Throws<InvalidModelException>(() => VoiceModel.Load(new ScoringOptions().FullTextModelPath, ScoringDevice.Cpu, 1));

        Assert.Contains("'features'", error.Message, StringComparison.Ordinal);
    }

    private static VoiceJob Job(JsonElement example) => new(
        [.. Floats(example, "features").Select(static v => (Half)v)], 1,
        [.. Floats(example, "baseline").Select(static v => (Half)v)], Floats(example, "baseline_weight")[0]);

    private static JsonDocument Golden() => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "voices.json")));

    private static float[] Floats(JsonElement example, string name)
    {
        var value = example.GetProperty(name);
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(static e => e.GetSingle())] : [value.GetSingle()];
    }
}

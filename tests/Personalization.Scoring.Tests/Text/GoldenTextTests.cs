using System.Text.Json;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Onnx;
using Personalization.Scoring.Text;

namespace Personalization.Scoring.Tests.Text;

/// <summary>Holds serving to what the trainer's own network said of the same texts.</summary>
public sealed class GoldenTextTests : IDisposable
{
    private const float Tolerance = 2e-4f;
    private readonly TextModel _model = TextModel.Load(new ScoringOptions().FullTextModelPath, ScoringDevice.Cpu, 1);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Tokenizer_GoldenTexts_GivesTheTrainersTokens()
    {
        using var golden = Golden();
        foreach (var example in Cases(golden))
        {
            var tokens = _model.Tokenizer.Encode(example.GetProperty("text").GetString()!);

            Assert.Equal(example.GetProperty("tokens").EnumerateArray().SelectMany(Ints).ToArray(), Interleave(tokens));
        }
    }

    [Fact]
    public void Model_GoldenTexts_GivesTheTrainersOutputs()
    {
        using var golden = Golden();
        Assert.Equal(golden.RootElement.GetProperty("content_sha256").GetString(), _model.Onnx.Hash);
        var cases = Cases(golden);
        var jobs = cases.ConvertAll(example => Whole(example.GetProperty("text").GetString()!)).ToArray();
        var readings = new TextReading[jobs.Length][];
        using var runner = new TextBatchRunner(_model);

        runner.Run(jobs, readings);

        foreach (var (example, reading) in cases.Zip(readings, (e, r) => (e, r[0])))
        {
            float[] actual = [reading.Negative, reading.Neutral, reading.Positive, reading.Valence, reading.Arousal, reading.Irony];
            float[] expected = [.. Floats(example, "polarity"), .. Floats(example, "valence"), .. Floats(example, "arousal"), .. Floats(example, "irony")];
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
            Assert.All(Floats(example, "labels").Zip(ToArray(reading.Fine)), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
            Assert.All(Floats(example, "emotions").Zip(ToArray(reading.Emotions)), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
        }
    }

    [Fact]
    public void Tokenizer_HundredThousandRandomStrings_EqualsTheTrainers()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "tokenizer.json")));
        var golden = file.RootElement;
        var strings = new GoldenStrings(golden.GetProperty("seed").GetUInt64(), [.. golden.GetProperty("pieces").EnumerateArray().Select(GoldenStrings.PieceOf)]);
        var perDigest = golden.GetProperty("per_digest").GetInt32();
        var block = 0;
        foreach (var expected in golden.GetProperty("digests").EnumerateArray())
        {
            var digest = GoldenStrings.EmptyDigest;
            for (var i = 0; i < perDigest; i++)
            {
                digest = GoldenStrings.Digest(digest, Interleave(_model.Tokenizer.Encode(strings.Next())));
            }

            Assert.True(expected.GetString() == digest.ToString("x16"), $"Strings {block * perDigest} to {(block + 1) * perDigest - 1} differ.");
            block++;
        }

        Assert.Equal(golden.GetProperty("strings").GetInt32(), block * perDigest);
    }

    private TextJob Whole(string text)
    {
        var tokens = _model.Tokenizer.Encode(text);
        return new TextJob(tokens, [new TextRow(0, tokens.Count, -1)], 1, string.Empty);
    }

    private static JsonDocument Golden() => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "texts.json")));

    private static List<JsonElement> Cases(JsonDocument golden) => [.. golden.RootElement.GetProperty("cases").EnumerateArray()];

    private static IEnumerable<int> Ints(JsonElement array) => array.EnumerateArray().Select(e => e.GetInt32());

    private static float[] Floats(JsonElement example, string name)
    {
        var value = example.GetProperty(name);
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(e => e.GetSingle())] : [value.GetSingle()];
    }

    private static float[] ToArray(EmotionDistribution emotions)
    {
        ReadOnlySpan<float> all = emotions;
        return all.ToArray();
    }

    private static float[] ToArray(FineEmotions emotions)
    {
        ReadOnlySpan<float> all = emotions;
        return all.ToArray();
    }

    private static int[] Interleave(TextTokens tokens)
    {
        var all = new int[tokens.Count * 5];
        for (var i = 0; i < tokens.Count; i++)
        {
            all[5 * i] = tokens.Words[i];
            tokens.Subwords.AsSpan(4 * i, 4).CopyTo(all.AsSpan(5 * i + 1));
        }

        return all;
    }
}

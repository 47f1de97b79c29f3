using CsCheck;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Onnx;
using Personalization.Scoring.Text;

namespace Personalization.Scoring.Tests.Text;

/// <summary>A long text goes in parts, and comes to what it would have come to in one piece.</summary>
public sealed class LongTextTests(SharedScorer shared) : IClassFixture<SharedScorer>
{
    private const float Tolerance = 1e-4f;

    [Fact]
    public void Split_AnyRows_KeepsThemInOrderAndEachPartSmall()
    {
        Gen.Select(Gen.Int[1, 128].Array[1, 60], Gen.Int[64, 2000]).Sample((lengths, most) =>
        {
            TextRow[] rows = [.. lengths.Select(static (length, i) => new TextRow(i, length, -1))];
            var job = new TextJob(new TextTokens([], [], 0), rows, rows.Length, "en");

            var parts = job.Split(most);

            Assert.Equal(lengths.Sum() <= most, parts is null);
            if (parts is not null)
            {
                Assert.Equal(rows, parts.SelectMany(static part => part.Rows));
                Assert.All(parts, part => Assert.True(part.Rows.Length == 1 || TextJob.TokensOf(part.Rows) <= most));
            }
        });
    }

    [Fact]
    public async Task Score_LongText_GoesInSeveralBatchItemsAndComesToTheSame()
    {
        string[] sentences =
            ["The bottle leaked, and nobody answers my mails.", "I love the scent.", "The price is fair, the delivery was late.", "My skin feels soft."];
        var text = string.Join(' ', Enumerable.Range(0, 400).Select(i => $"{sentences[i % sentences.Length]} It was day {i}."));
        var before = Scored();

        var observation = await shared.ReadAsync(text);

        Assert.InRange(Scored() - before, 4, 12);
        using var model = TextModel.Load(new ScoringOptions().FullTextModelPath, ScoringDevice.Cpu, 1);
        using var runner = new TextBatchRunner(model);
        var scorer = new TextScorer(model, text.Length);
        TextJob[] job = [scorer.Prepare(string.Empty, text, "en")!];
        var readings = new TextReading[1][];
        runner.Run(job, readings);
        var whole = scorer.Observe(job[0], readings[0]);
        Assert.Equal(whole.Valence, observation.Valence, Tolerance);
        Assert.Equal(whole.Confidence, observation.Confidence, Tolerance);
        Assert.Equal(whole.Flags, observation.Flags);
        Assert.Equal(whole.Aspects.Select(static a => a.Aspect), observation.Aspects.Select(static a => a.Aspect));
        Assert.All(whole.FineEmotions.Zip(observation.FineEmotions), static pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }

    [Fact]
    public async Task Score_Words_TellsFineEmotionsByName()
    {
        var observation = await shared.ReadAsync("Thank you so much, that was very kind of you!");

        var likeliest = observation.FineEmotions.IndexOf(observation.FineEmotions.Max());
        Assert.Equal(FineEmotions.Count, observation.FineEmotions.Length);
        Assert.Equal("gratitude", FineEmotions.Names[likeliest]);
        Assert.All(observation.FineEmotions, static p => Assert.InRange(p, 0f, 1f));
    }

    private long Scored() => shared.Scorer.Report().Single(static report => report.Name == ModelNames.Text).Scored;
}

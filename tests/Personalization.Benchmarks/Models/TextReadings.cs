using Microsoft.ML.OnnxRuntime;
using Personalization.Scoring;
using Personalization.Scoring.Onnx;
using Personalization.Scoring.Text;

namespace Personalization.Benchmarks.Models;

/// <summary>The text model's readings of texts, by way of the tokenizer, windows and batches that serve.</summary>
internal sealed class TextReadings : IAsyncDisposable
{
    private readonly ScoringOptions _options = new();
    private readonly TextScorer _scorer;
    private readonly Readings<TextJob, TextReading[]> _readings;

    public TextReadings(ScoringDevice device)
    {
        Model = TextModel.Load(_options.FullTextModelPath, device, _options.IntraOpThreads);
        _scorer = new TextScorer(Model, _options.MaxTextCharacters);
        _readings = new Readings<TextJob, TextReading[]>(() => new TextBatchRunner(Model));
    }

    public TextModel Model { get; }

    /// <summary>What a text asks of the model; null when there is nothing in it to read.</summary>
    public TextJob? Prepare(LabelledText text) => _scorer.Prepare(text.Title, text.Text, text.Group);

    /// <summary>What the model says of each job, its windows taken together.</summary>
    public async Task<TextReading[]> ReadAsync(IReadOnlyList<TextJob> jobs) =>
        [.. (await _readings.ReadAsync(jobs)).Select((read, i) => TextScorer.Pool(jobs[i], read))];

    /// <summary>The probabilities of an output that serving does not use, over a job's windows by their length.</summary>
    public float[] ReadOutput(TextJob job, string output)
    {
        float[]? mean = null;
        var total = job.Rows.Take(job.Windows).Sum(static row => row.Length);
        for (var window = 0; window < job.Windows; window++)
        {
            var row = job.Rows[window];
            var values = Run(job, row, output);
            mean ??= new float[values.Length];
            for (var k = 0; k < mean.Length; k++)
            {
                mean[k] += values[k] * row.Length / total;
            }
        }

        return mean!;
    }

    public async ValueTask DisposeAsync()
    {
        await _readings.DisposeAsync();
        Model.Dispose();
    }

    private float[] Run(TextJob job, TextRow row, string output)
    {
        const int Subwords = TextTokenizer.SubwordsPerToken;
        var words = job.Tokens.Words.AsMemory(row.Start, row.Length);
        var subwords = job.Tokens.Subwords.AsMemory(row.Start * Subwords, row.Length * Subwords);
        using var run = new RunOptions();
        using var first = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, words, [1, row.Length]);
        using var second = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, subwords, [1, row.Length, Subwords]);
        using var results = Model.Onnx.Session.Run(run, [TextModel.WordsInput, TextModel.SubwordsInput], [first, second], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}

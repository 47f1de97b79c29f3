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

    public async ValueTask DisposeAsync()
    {
        await _readings.DisposeAsync();
        Model.Dispose();
    }
}

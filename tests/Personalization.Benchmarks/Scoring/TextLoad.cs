using Microsoft.ML.OnnxRuntime;
using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Feelings;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Shoppers;
using Personalization.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;
using Personalization.Scoring.Text;

namespace Personalization.Benchmarks.Scoring;

/// <summary>Reviews such as the demo's shoppers write, tokenized: what is measured is the model and what is around it.</summary>
internal sealed class TextLoad : IModelLoad
{
    private const int Texts = 2048;

    private readonly ScoringOptions _options = new();
    private readonly TextModel _model;
    private readonly DynamicBatcher<TextJob, TextReading[]> _batcher;
    private readonly TextJob[] _jobs;

    public TextLoad(ScoringDevice device, int seed)
    {
        _model = TextModel.Load(_options.FullTextModelPath, device, _options.IntraOpThreads);
        _batcher = new DynamicBatcher<TextJob, TextReading[]>(_options.Batching, () => new TextBatchRunner(_model), TimeProvider.System);
        var scorer = new TextScorer(_model, _options.MaxTextCharacters);
        _jobs = [.. Reviews(seed).Select(text => scorer.Prepare(string.Empty, text, "en")).OfType<TextJob>()];
    }

    public string Version => _model.Version;

    public string Device => _model.Onnx.Device;

    public int Workers => _options.Batching.Workers;

    public async ValueTask<TimeSpan> ComputeAsync(int input)
    {
        var item = new[] { new BatchItem<TextJob>(_jobs[input % _jobs.Length], 0, (ulong)input % 64, null) };
        return (await _batcher.SubmitAsync(item, CancellationToken.None))[0].ComputeTime;
    }

    public BatcherStatistics Statistics() => _batcher.Statistics();

    public IBareSession Bare(int batch) => new BareText(_model, _jobs, batch);

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        _model.Dispose();
    }

    private static IEnumerable<string> Reviews(int seed)
    {
        var catalogue = CatalogueGenerator.Make(seed, 500);
        var shoppers = new ShopperFactory(seed, catalogue);
        for (var n = 0; n < Texts; n++)
        {
            var rng = Rng.For(seed, "reviews", n);
            var writer = new FeedbackWriter(shoppers.Make(n, Arm.Engine));
            yield return writer.Review(catalogue.Items[rng.Next(catalogue.Items.Length)], (2 * rng.NextDouble()) - 1);
        }
    }
}

/// <summary>The text model's session over rows of the same bucket, the tensors laid out beforehand.</summary>
internal sealed class BareText : IBareSession
{
    private static readonly string[] InputNames = [TextModel.WordsInput, TextModel.SubwordsInput];

    private readonly TextModel _model;
    private readonly RunOptions _run = new();
    private readonly List<(OrtValue[] Inputs, double Jobs)> _batches = [];
    private int _next;
    private double _jobs;

    public BareText(TextModel model, TextJob[] jobs, int batch)
    {
        _model = model;
        // A job's rows share it: a batch of rows counts for the share of jobs that it computes.
        var rows = jobs.SelectMany(static job => job.Rows.Select(row => (Job: job, Row: row, Bucket: TextBatchRunner.BucketOf(row.Length))));
        foreach (var bucket in rows.GroupBy(static each => each.Bucket))
        {
            foreach (var chunk in bucket.Chunk(batch))
            {
                _batches.Add((Lay(chunk, bucket.Key), chunk.Sum(static each => 1.0 / each.Job.Rows.Length)));
            }
        }
    }

    public int RunNext()
    {
        var (inputs, jobs) = _batches[_next];
        _next = (_next + 1) % _batches.Count;
        using (_model.Onnx.Session.Run(_run, InputNames, inputs, TextModel.Outputs))
        {
        }

        _jobs += jobs;
        var whole = (int)_jobs;
        _jobs -= whole;
        return whole;
    }

    public void Dispose()
    {
        foreach (var input in _batches.SelectMany(static batch => batch.Inputs))
        {
            input.Dispose();
        }

        _run.Dispose();
    }

    private static OrtValue[] Lay((TextJob Job, TextRow Row, int Bucket)[] rows, int bucket)
    {
        const int Subwords = TextTokenizer.SubwordsPerToken;
        var (words, subwords) = (new int[rows.Length * bucket], new int[rows.Length * bucket * Subwords]);
        for (var i = 0; i < rows.Length; i++)
        {
            var (tokens, row) = (rows[i].Job.Tokens, rows[i].Row);
            tokens.Words.AsSpan(row.Start, row.Length).CopyTo(words.AsSpan(i * bucket));
            tokens.Subwords.AsSpan(row.Start * Subwords, row.Length * Subwords).CopyTo(subwords.AsSpan(i * bucket * Subwords));
        }

        return
        [
            Tensors.Over(words, words.Length, [rows.Length, bucket]),
            Tensors.Over(subwords, subwords.Length, [rows.Length, bucket, Subwords]),
        ];
    }
}

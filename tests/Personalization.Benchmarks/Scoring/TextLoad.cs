using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Feelings;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Shoppers;
using Personalization.Scoring;
using Personalization.Scoring.Onnx;
using Personalization.Scoring.Text;

namespace Personalization.Benchmarks.Scoring;

/// <summary>Reviews such as the demo's shoppers write, tokenized: what is measured is the model and what is around it.</summary>
internal sealed class TextLoad : ModelLoad<TextJob, TextReading[]>
{
    private const int Subwords = TextTokenizer.SubwordsPerToken;
    private const int Texts = 2048;
    private static readonly string[] InputNames = [TextModel.WordsInput, TextModel.SubwordsInput];

    private readonly TextModel _model;

    private TextLoad(TextModel model, int seed)
        : base(model.Onnx, () => new TextBatchRunner(model), Jobs(model, seed)) => _model = model;

    public static TextLoad Load(ScoringDevice device, int seed)
    {
        var options = new ScoringOptions();
        return new TextLoad(TextModel.Load(options.FullTextModelPath, device, options.IntraOpThreads), seed);
    }

    /// <summary>As whoever has all texts at hand would run them: the rows sorted by length, each batch padded to its longest.</summary>
    public override BareSession Bare(int batch)
    {
        var rows = Inputs.SelectMany(static job => job.Rows.Select(row => (Job: job, Row: row))).OrderBy(static each => each.Row.Length);
        return new BareSession(_model.Onnx, InputNames, TextModel.Outputs, rows.Chunk(batch).Select(Lay));
    }

    // A job's rows share it: a batch of rows counts for the share of jobs that it computes.
    private static LaidBatch Lay((TextJob Job, TextRow Row)[] rows)
    {
        var longest = rows[^1].Row.Length;
        var (words, subwords) = (new int[rows.Length * longest], new int[rows.Length * longest * Subwords]);
        for (var i = 0; i < rows.Length; i++)
        {
            var (tokens, row) = (rows[i].Job.Tokens, rows[i].Row);
            tokens.Words.AsSpan(row.Start, row.Length).CopyTo(words.AsSpan(i * longest));
            tokens.Subwords.AsSpan(row.Start * Subwords, row.Length * Subwords).CopyTo(subwords.AsSpan(i * longest * Subwords));
        }

        return new LaidBatch(
            [
                Tensors.Over(words, words.Length, [rows.Length, longest]),
                Tensors.Over(subwords, subwords.Length, [rows.Length, longest, Subwords]),
            ],
            rows.Sum(static each => 1.0 / each.Job.Rows.Length));
    }

    private static TextJob[] Jobs(TextModel model, int seed)
    {
        var scorer = new TextScorer(model, new ScoringOptions().MaxTextCharacters);
        return [.. Reviews(seed).Select(text => scorer.Prepare(string.Empty, text, "en")).OfType<TextJob>()];
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

using Microsoft.ML.OnnxRuntime;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Text;

/// <summary>
/// Runs the rows of a batch of texts: sorted by length and cut into buckets of about equal length, so that a short text is
/// not padded to its longest neighbour. Owns the buffers that tensors are laid over.
/// </summary>
internal sealed class TextBatchRunner : IBatchRunner<TextJob, TextReading[]>
{
    private const int MaxRows = 64;
    private const int SmallestBucket = 8;
    private static readonly string[] _inputNames = [TextModel.WordsInput, TextModel.SubwordsInput];

    private readonly TextModel _model;
    private readonly RunOptions _run = new();
    private readonly List<(int Bucket, int Job, int Row)> _order = [];
    private readonly int[] _words;
    private readonly int[] _subwords;
    private readonly float[] _polarity = new float[MaxRows * 3];
    private readonly float[] _valence = new float[MaxRows];
    private readonly float[] _arousal = new float[MaxRows];
    private readonly float[] _emotions = new float[MaxRows * EmotionDistribution.Count];
    private readonly float[] _irony = new float[MaxRows];
    private readonly OrtValue[] _inputs = new OrtValue[2];
    private readonly OrtValue[] _outputs = new OrtValue[5];

    public TextBatchRunner(TextModel model)
    {
        _model = model;
        var longest = BucketOf(model.Window);
        _words = new int[MaxRows * longest];
        _subwords = new int[MaxRows * longest * TextTokenizer.SubwordsPerToken];
    }

    public void Run(ReadOnlySpan<TextJob> inputs, Span<TextReading[]> outputs)
    {
        _order.Clear();
        for (var job = 0; job < inputs.Length; job++)
        {
            var rows = inputs[job].Rows;
            outputs[job] = new TextReading[rows.Length];
            for (var row = 0; row < rows.Length; row++)
            {
                _order.Add((BucketOf(rows[row].Length), job, row));
            }
        }

        _order.Sort();
        for (int from = 0, to; from < _order.Count; from = to)
        {
            var bucket = _order[from].Bucket;
            for (to = from + 1; to < _order.Count && to - from < MaxRows && _order[to].Bucket == bucket; to++)
            {
            }

            RunBucket(inputs, outputs, from, to - from, bucket);
        }
    }

    public void Dispose() => _run.Dispose();

    // 8, 16, 32, …: few shapes, and never more than half of a row is padding.
    internal static int BucketOf(int length) =>
        Math.Max(SmallestBucket, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length));

    private void RunBucket(ReadOnlySpan<TextJob> jobs, Span<TextReading[]> readings, int from, int rows, int bucket)
    {
        for (var i = 0; i < rows; i++)
        {
            var (_, job, row) = _order[from + i];
            Lay(jobs[job].Tokens, jobs[job].Rows[row], i, bucket);
        }

        Compute(rows, bucket);
        for (var i = 0; i < rows; i++)
        {
            var (_, job, row) = _order[from + i];
            readings[job][row] = Read(i);
        }
    }

    private void Lay(TextTokens tokens, TextRow row, int at, int bucket)
    {
        const int Subwords = TextTokenizer.SubwordsPerToken;
        var words = _words.AsSpan(at * bucket, bucket);
        tokens.Words.AsSpan(row.Start, row.Length).CopyTo(words);
        words[row.Length..].Clear();
        var subwords = _subwords.AsSpan(at * bucket * Subwords, bucket * Subwords);
        tokens.Subwords.AsSpan(row.Start * Subwords, row.Length * Subwords).CopyTo(subwords);
        subwords[(row.Length * Subwords)..].Clear();
    }

    private void Compute(int rows, int bucket)
    {
        const int Subwords = TextTokenizer.SubwordsPerToken;
        try
        {
            _inputs[0] = Tensors.Over(_words, rows * bucket, [rows, bucket]);
            _inputs[1] = Tensors.Over(_subwords, rows * bucket * Subwords, [rows, bucket, Subwords]);
            _outputs[0] = Tensors.Over(_polarity, rows * 3, [rows, 3]);
            _outputs[1] = Tensors.Over(_valence, rows, [rows]);
            _outputs[2] = Tensors.Over(_arousal, rows, [rows]);
            _outputs[3] = Tensors.Over(_emotions, rows * EmotionDistribution.Count, [rows, EmotionDistribution.Count]);
            _outputs[4] = Tensors.Over(_irony, rows, [rows]);
            _model.Onnx.Session.Run(_run, _inputNames, _inputs, TextModel.Outputs, _outputs);
        }
        finally
        {
            Tensors.Release(_inputs);
            Tensors.Release(_outputs);
        }
    }

    private TextReading Read(int i)
    {
        var emotions = default(EmotionDistribution);
        _emotions.AsSpan(i * EmotionDistribution.Count, EmotionDistribution.Count).CopyTo(emotions);
        return new TextReading(
            _polarity[3 * i], _polarity[3 * i + 1], _polarity[3 * i + 2], _valence[i], _arousal[i], _irony[i], emotions);
    }
}

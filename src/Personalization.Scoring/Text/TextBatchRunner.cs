using Microsoft.ML.OnnxRuntime;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Text;

/// <summary>
/// Runs the rows of a batch of texts: sorted by length and cut into runs (<see cref="RunPlan"/>), so that a short text is not
/// padded to its longest neighbour, and yet no run is too small to be worth its start. Owns the buffers that tensors are laid over.
/// </summary>
internal sealed class TextBatchRunner : IBatchRunner<TextJob, TextReading[]>
{
    // About the tokens of the rows of a review of some sentences: 128 of those that the demo's shoppers write fit a batch of 128.
    private const int OrdinaryTokens = 48;
    // Shorter ones cost next to nothing, the first time too.
    private const int WarmStep = 32;
    private const int Subwords = TextTokenizer.SubwordsPerToken;
    private static readonly string[] _inputNames = [TextModel.WordsInput, TextModel.SubwordsInput];

    private readonly TextModel _model;
    private readonly RunPlan _plan;
    private readonly SessionRuns _runs;
    private readonly RunCosts _costs;
    private readonly List<(int Length, int Job, int Row)> _order = [];
    private readonly List<int> _lengths = [];
    private readonly int[] _words;
    private readonly int[] _subwords;
    private readonly Memory<float> _polarity;
    private readonly Memory<float> _valence;
    private readonly Memory<float> _arousal;
    private readonly Memory<float> _emotions;
    private readonly Memory<float> _irony;
    private readonly Memory<float> _labels;
    private readonly OrtValue[] _inputs = new OrtValue[2];
    private readonly OrtValue[] _outputs = new OrtValue[6];

    public TextBatchRunner(TextModel model, RunCosts? costs = null)
    {
        _model = model;
        costs ??= RunCosts.Of(model.Onnx.Device);
        (_costs, _plan, _runs) = (costs, new RunPlan(costs), new SessionRuns(model.Onnx.Device));
        var most = Math.Max(costs.MostTokens, _plan.Padded(model.Window));
        _words = new int[most];
        _subwords = new int[most * Subwords];
        var rows = costs.MostRows;
        (_polarity, _valence, _arousal, _irony) = (Floats(rows * 3), Floats(rows), Floats(rows), Floats(rows));
        (_emotions, _labels) = (Floats(rows * EmotionDistribution.Count), Floats(rows * FineEmotions.Count));
    }

    /// <inheritdoc/>
    public int OrdinaryCost => OrdinaryTokens;

    /// <summary>The tokens of all rows: padding is kept small, and is no text's own.</summary>
    public int CostOf(TextJob input) => TextJob.TokensOf(input.Rows);

    /// <inheritdoc/>
    public int SizeOf(TextJob input)
    {
        var longest = 0;
        foreach (var row in input.Rows)
        {
            longest = Math.Max(longest, row.Length);
        }

        return longest;
    }

    public void Run(ReadOnlySpan<TextJob> inputs, Span<TextReading[]> outputs)
    {
        Order(inputs, outputs);
        var ends = _plan.Cut(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_lengths));
        for (var from = 0; from < _order.Count; from = ends[from])
        {
            RunRows(inputs, outputs, from, ends[from] - from);
        }
    }

    /// <summary>Runs one row and as many as fit of each bucket of lengths.</summary>
    public void Warm()
    {
        _words.AsSpan().Fill(TextTokenizer.Unknown);
        var step = Math.Max(_costs.Step, WarmStep);
        for (var length = step; length <= _plan.Padded(_model.Window); length += step)
        {
            Compute(1, length);
            Compute(Math.Clamp(_costs.MostTokens / length, 1, _costs.MostRows), length);
        }
    }

    public void Dispose() => _runs.Dispose();

    // The shortest rows first; rows of the same length stay in the order of their jobs.
    private void Order(ReadOnlySpan<TextJob> jobs, Span<TextReading[]> readings)
    {
        _order.Clear();
        _lengths.Clear();
        for (var job = 0; job < jobs.Length; job++)
        {
            var rows = jobs[job].Rows;
            readings[job] = new TextReading[rows.Length];
            for (var row = 0; row < rows.Length; row++)
            {
                _order.Add((rows[row].Length, job, row));
            }
        }

        _order.Sort();
        foreach (var (length, _, _) in _order)
        {
            _lengths.Add(length);
        }
    }

    private void RunRows(ReadOnlySpan<TextJob> jobs, Span<TextReading[]> readings, int from, int rows)
    {
        var padded = _plan.Padded(_lengths[from + rows - 1]);
        for (var i = 0; i < rows; i++)
        {
            var (_, job, row) = _order[from + i];
            Lay(jobs[job].Tokens, jobs[job].Rows[row], i, padded);
        }

        Compute(rows, padded);
        for (var i = 0; i < rows; i++)
        {
            var (_, job, row) = _order[from + i];
            readings[job][row] = Read(i);
        }
    }

    private void Lay(TextTokens tokens, TextRow row, int at, int padded)
    {
        var words = _words.AsSpan(at * padded, padded);
        tokens.Words.AsSpan(row.Start, row.Length).CopyTo(words);
        words[row.Length..].Clear();
        var subwords = _subwords.AsSpan(at * padded * Subwords, padded * Subwords);
        tokens.Subwords.AsSpan(row.Start * Subwords, row.Length * Subwords).CopyTo(subwords);
        subwords[(row.Length * Subwords)..].Clear();
    }

    private void Compute(int rows, int padded)
    {
        try
        {
            _inputs[0] = Tensors.Over(_words, rows * padded, [rows, padded]);
            _inputs[1] = Tensors.Over(_subwords, rows * padded * Subwords, [rows, padded, Subwords]);
            _outputs[0] = Tensors.Over(_polarity, rows * 3, [rows, 3]);
            _outputs[1] = Tensors.Over(_valence, rows, [rows]);
            _outputs[2] = Tensors.Over(_arousal, rows, [rows]);
            _outputs[3] = Tensors.Over(_emotions, rows * EmotionDistribution.Count, [rows, EmotionDistribution.Count]);
            _outputs[4] = Tensors.Over(_irony, rows, [rows]);
            _outputs[5] = Tensors.Over(_labels, rows * FineEmotions.Count, [rows, FineEmotions.Count]);
            _model.Onnx.Session.Run(_runs.Next(), _inputNames, _inputs, TextModel.Outputs, _outputs);
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
        _emotions.Span.Slice(i * EmotionDistribution.Count, EmotionDistribution.Count).CopyTo(emotions);
        var fine = default(FineEmotions);
        _labels.Span.Slice(i * FineEmotions.Count, FineEmotions.Count).CopyTo(fine);
        var polarity = _polarity.Span.Slice(3 * i, 3);
        return new TextReading(
            polarity[0], polarity[1], polarity[2], _valence.Span[i], _arousal.Span[i], _irony.Span[i], emotions, fine);
    }

    private static Memory<float> Floats(int length) => Tensors.Buffer<float>(length);
}

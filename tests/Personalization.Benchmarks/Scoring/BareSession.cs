using Microsoft.ML.OnnxRuntime;
using Personalization.LoadTest.Measuring;
using Personalization.Scoring.Onnx;

namespace Personalization.Benchmarks.Scoring;

/// <summary>A batch that is laid out already.</summary>
/// <param name="Inputs">The tensors, in the order of the session's inputs.</param>
/// <param name="Items">How many inputs of the batcher it computes: a part of one, where one is several rows.</param>
internal readonly record struct LaidBatch(OrtValue[] Inputs, double Items);

/// <summary>
/// A model's session with nothing around it, computing batches that were laid out beforehand. They come in an order of chance,
/// so that a short measurement sees the same mixture as a long one.
/// </summary>
internal sealed class BareSession : IDisposable
{
    private readonly OnnxModel _model;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly LaidBatch[] _batches;
    private readonly RunOptions _run = new();
    private int _next;
    private double _items;

    public BareSession(OnnxModel model, string[] inputNames, string[] outputNames, IEnumerable<LaidBatch> batches)
    {
        (_model, _inputNames, _outputNames) = (model, inputNames, outputNames);
        var rng = Rng.For(1, "bare");
        _batches = [.. batches.OrderBy(_ => rng.NextDouble())];
    }

    /// <summary>Computes the next batch.</summary>
    /// <returns>How many inputs of the batcher it had; parts of them are carried over.</returns>
    public int RunNext()
    {
        var (inputs, items) = _batches[_next];
        _next = (_next + 1) % _batches.Length;
        using (_model.Session.Run(_run, _inputNames, inputs, _outputNames))
        {
        }

        _items += items;
        var whole = (int)_items;
        _items -= whole;
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
}

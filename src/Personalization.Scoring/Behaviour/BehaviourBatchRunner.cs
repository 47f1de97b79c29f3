using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Personalization.Domain.Profiles;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Behaviour;

/// <summary>Runs a batch of windows, a block of rows at a time. Owns the buffers that tensors are laid over.</summary>
internal sealed class BehaviourBatchRunner(BehaviourModel model) : IBatchRunner<ImmutableArray<float>, float>
{
    private const int MaxRows = 64;
    private static readonly string[] s_inputNames = [BehaviourModel.Input];
    private static readonly string[] s_outputNames = [BehaviourModel.Output];

    private readonly SessionRuns _runs = new(model.Onnx.Device);
    private readonly float[] _windows = new float[MaxRows * IntentFeatures.Count];
    private readonly float[] _intents = new float[MaxRows];

    /// <inheritdoc/>
    public int MostAtOnce => MaxRows;

    public void Run(ReadOnlySpan<ImmutableArray<float>> inputs, Span<float> outputs)
    {
        for (var from = 0; from < inputs.Length; from += MaxRows)
        {
            var rows = Math.Min(MaxRows, inputs.Length - from);
            for (var i = 0; i < rows; i++)
            {
                Lay(inputs[from + i], i);
            }

            Compute(rows);
            _intents.AsSpan(0, rows).CopyTo(outputs[from..]);
        }
    }

    /// <summary>Runs one window, and as many as there may be.</summary>
    public void Warm()
    {
        Compute(1);
        Compute(MaxRows);
    }

    public void Dispose() => _runs.Dispose();

    private void Lay(ImmutableArray<float> window, int row)
    {
        if (window.IsDefault || window.Length != IntentFeatures.Count)
        {
            throw new ArgumentException($"A window has {IntentFeatures.Count} numbers.", nameof(window));
        }

        window.CopyTo(_windows.AsSpan(row * IntentFeatures.Count));
    }

    private void Compute(int rows)
    {
        using var input = Tensors.Over(_windows, rows * IntentFeatures.Count, [rows, IntentFeatures.Count]);
        using var output = Tensors.Over(_intents, rows, [rows]);
        model.Onnx.Session.Run(_runs.Next(), s_inputNames, [input], s_outputNames, [output]);
    }
}

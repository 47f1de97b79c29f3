using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Personalization.Domain.Scoring.Voice;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Voice;

/// <summary>Runs a batch of segments, in pieces of up to 64. Owns the buffers that tensors are laid over.</summary>
internal sealed class VoiceBatchRunner(VoiceModel model) : IBatchRunner<VoiceJob, VoiceReading>
{
    private const int MaxRows = 64;
    private const int Valences = 3;

    private readonly RunOptions _run = new();
    private readonly float[] _features = new float[MaxRows * VoiceFunctionals.Count];
    private readonly float[] _baselines = new float[MaxRows * VoiceFunctionals.Count];
    private readonly float[] _weights = new float[MaxRows];
    private readonly float[] _arousal = new float[MaxRows];
    private readonly float[] _valence = new float[MaxRows * Valences];
    private readonly float[] _familiarity = new float[MaxRows];
    private readonly OrtValue[] _inputs = new OrtValue[VoiceModel.Inputs.Length];
    private readonly OrtValue[] _outputs = new OrtValue[VoiceModel.Outputs.Length];

    /// <inheritdoc/>
    public int MostAtOnce => MaxRows;

    public void Run(ReadOnlySpan<VoiceJob> inputs, Span<VoiceReading> outputs)
    {
        for (var from = 0; from < inputs.Length; from += MaxRows)
        {
            var rows = Math.Min(MaxRows, inputs.Length - from);
            for (var i = 0; i < rows; i++)
            {
                var job = inputs[from + i];
                Lay(job.Functionals, _features, i);
                Lay(job.Baseline, _baselines, i);
                _weights[i] = job.BaselineWeight;
            }

            Compute(rows);
            for (var i = 0; i < rows; i++)
            {
                outputs[from + i] = new VoiceReading(
                    _arousal[i], _valence[Valences * i], _valence[Valences * i + 1], _valence[Valences * i + 2], _familiarity[i]);
            }
        }
    }

    public void Dispose() => _run.Dispose();

    private static void Lay(ImmutableArray<Half> values, float[] buffer, int row)
    {
        var place = buffer.AsSpan(row * VoiceFunctionals.Count, VoiceFunctionals.Count);
        place.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            place[i] = (float)values[i];
        }
    }

    private void Compute(int rows)
    {
        try
        {
            _inputs[0] = Tensors.Over(_features, rows * VoiceFunctionals.Count, [rows, VoiceFunctionals.Count]);
            _inputs[1] = Tensors.Over(_baselines, rows * VoiceFunctionals.Count, [rows, VoiceFunctionals.Count]);
            _inputs[2] = Tensors.Over(_weights, rows, [rows]);
            _outputs[0] = Tensors.Over(_arousal, rows, [rows]);
            _outputs[1] = Tensors.Over(_valence, rows * Valences, [rows, Valences]);
            _outputs[2] = Tensors.Over(_familiarity, rows, [rows]);
            model.Onnx.Session.Run(_run, VoiceModel.Inputs, _inputs, VoiceModel.Outputs, _outputs);
        }
        finally
        {
            Tensors.Release(_inputs);
            Tensors.Release(_outputs);
        }
    }
}

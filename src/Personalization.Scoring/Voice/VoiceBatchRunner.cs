using System.Collections.Immutable;
using Microsoft.ML.OnnxRuntime;
using Personalization.Domain.Scoring.Voice;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Voice;

/// <summary>Runs a batch of segments, in pieces of as many as the device is worth. Owns the buffers that tensors are laid over.</summary>
internal sealed class VoiceBatchRunner : IBatchRunner<VoiceJob, VoiceReading>
{
    // On a processor more only wait for each other; what a device could take was never measured.
    private const int MaxRowsOfProcessor = 64;
    private const int MaxRowsOfDevice = 1024;
    private const int Valences = 3;

    private readonly VoiceModel _model;
    private readonly SessionRuns _runs;
    private readonly float[] _features;
    private readonly float[] _baselines;
    private readonly float[] _weights;
    private readonly float[] _arousal;
    private readonly float[] _valence;
    private readonly float[] _familiarity;
    private readonly OrtValue[] _inputs = new OrtValue[VoiceModel.Inputs.Length];
    private readonly OrtValue[] _outputs = new OrtValue[VoiceModel.Outputs.Length];

    public VoiceBatchRunner(VoiceModel model)
    {
        (_model, _runs) = (model, new SessionRuns(model.Onnx.Device));
        var rows = MostAtOnce = model.Onnx.Device == OnnxSessions.Cuda ? MaxRowsOfDevice : MaxRowsOfProcessor;
        (_features, _baselines) = (new float[rows * VoiceFunctionals.Count], new float[rows * VoiceFunctionals.Count]);
        (_weights, _arousal, _valence, _familiarity) = (new float[rows], new float[rows], new float[rows * Valences], new float[rows]);
    }

    /// <inheritdoc/>
    public int MostAtOnce { get; }

    public void Run(ReadOnlySpan<VoiceJob> inputs, Span<VoiceReading> outputs)
    {
        for (var from = 0; from < inputs.Length; from += MostAtOnce)
        {
            var rows = Math.Min(MostAtOnce, inputs.Length - from);
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

    /// <summary>Runs one segment, and as many as there may be.</summary>
    public void Warm()
    {
        Compute(1);
        Compute(MostAtOnce);
    }

    public void Dispose() => _runs.Dispose();

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
            _model.Onnx.Session.Run(_runs.Next(), VoiceModel.Inputs, _inputs, VoiceModel.Outputs, _outputs);
        }
        finally
        {
            Tensors.Release(_inputs);
            Tensors.Release(_outputs);
        }
    }
}

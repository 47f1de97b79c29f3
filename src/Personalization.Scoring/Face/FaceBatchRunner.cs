using Microsoft.ML.OnnxRuntime;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Face;

/// <summary>
/// Runs batches of pictures. Owns the buffers that tensors are laid over, and leaves nothing of a picture in them: what the
/// network needs besides (brightness, contrast) is evened out in the network itself.
/// </summary>
internal sealed class FaceBatchRunner : IBatchRunner<FaceCrop, FaceReading>
{
    // On a processor more only wait for each other; what a device could take was never measured.
    private const int MaxRowsOfProcessor = 32;
    private const int MaxRowsOfDevice = 256;
    private static readonly string[] _inputNames = [FaceModel.FacesInput];

    private readonly FaceModel _model;
    private readonly FaceResizer _resizer;
    private readonly SessionRuns _runs;
    private readonly float[] _faces;
    private readonly float[] _labels;
    private readonly float[] _emotions;

    public FaceBatchRunner(FaceModel model)
    {
        _model = model;
        _resizer = new FaceResizer(model.Side);
        _runs = new SessionRuns(model.Onnx.Device);
        MostAtOnce = model.Onnx.Device == OnnxSessions.Cuda ? MaxRowsOfDevice : MaxRowsOfProcessor;
        _faces = new float[MostAtOnce * model.Side * model.Side];
        _labels = new float[MostAtOnce * model.Labels];
        _emotions = new float[MostAtOnce * EmotionDistribution.Count];
    }

    /// <inheritdoc/>
    public int MostAtOnce { get; }

    public void Run(ReadOnlySpan<FaceCrop> inputs, Span<FaceReading> outputs)
    {
        try
        {
            for (int from = 0, rows; from < inputs.Length; from += rows)
            {
                rows = Math.Min(MostAtOnce, inputs.Length - from);
                Lay(inputs.Slice(from, rows));
                Compute(rows);
                for (var i = 0; i < rows; i++)
                {
                    outputs[from + i] = Read(i);
                }
            }
        }
        finally
        {
            _faces.AsSpan().Clear();
            _resizer.Forget();
        }
    }

    /// <summary>Runs 1, 2, 4, … pictures of nothing.</summary>
    public void Warm()
    {
        for (var rows = 1; rows <= MostAtOnce; rows *= 2)
        {
            Compute(rows);
        }
    }

    public void Dispose() => _runs.Dispose();

    private void Lay(ReadOnlySpan<FaceCrop> crops)
    {
        var pixels = _model.Side * _model.Side;
        for (var i = 0; i < crops.Length; i++)
        {
            var crop = crops[i].Pixels.Span;
            var side = FaceCrop.SideOf(crop.Length);
            if (side == 0)
            {
                throw new ArgumentException($"A picture of {crop.Length} pixels is no square of {FaceCrop.MinSide} to {FaceCrop.MaxSide} a side.", nameof(crops));
            }

            _resizer.Resize(crop, side, _faces.AsSpan(i * pixels, pixels));
        }
    }

    private void Compute(int rows)
    {
        var side = _model.Side;
        using var faces = Tensors.Over(_faces, rows * side * side, [rows, 1, side, side]);
        using var labels = Tensors.Over(_labels, rows * _model.Labels, [rows, _model.Labels]);
        using var emotions = Tensors.Over(_emotions, rows * EmotionDistribution.Count, [rows, EmotionDistribution.Count]);
        _model.Onnx.Session.Run(_runs.Next(), _inputNames, [faces], FaceModel.Outputs, [labels, emotions]);
    }

    private FaceReading Read(int i)
    {
        var emotions = default(EmotionDistribution);
        var said = _emotions.AsSpan(i * EmotionDistribution.Count, EmotionDistribution.Count);
        said.CopyTo(emotions);
        var isFace = 1 - _labels[i * _model.Labels + _model.NoFace];
        var likeliest = 0f;
        foreach (var weight in said)
        {
            likeliest = Math.Max(likeliest, weight);
        }

        var pixels = _model.Side * _model.Side;
        var flags = PictureQuality.Of(_faces.AsSpan(i * pixels, pixels), isFace);
        return new FaceReading(emotions, isFace * likeliest, _model.Version) { Flags = flags };
    }
}

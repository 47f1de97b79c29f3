using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Face;

/// <summary>
/// The face model at work. What it says becomes no observation here: it goes back to the door, which puts it on the frame
/// that the picture came with, and the picture goes no further.
/// </summary>
internal sealed class ServedFaceModel(FaceModel model, ServingSetup setup)
    : BatchedModel<FaceCrop, FaceReading>(model.Onnx, () => new FaceBatchRunner(model), setup)
{
    private readonly ScoringMetrics _metrics = setup.Metrics;

    /// <summary>Looks at pictures; as <see cref="IFaceReader.ReadFacesAsync"/>.</summary>
    public async ValueTask<FaceReading?[]> ReadAsync(IReadOnlyList<FaceCrop> crops, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var items = new BatchItem<FaceCrop>[crops.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = new BatchItem<FaceCrop>(crops[i], (int)ScoringLane.Ar, crops[i].Owner, deadline);
        }

        var said = await SubmitAsync(items, cancellationToken).ConfigureAwait(false);
        var readings = new FaceReading?[said.Length];
        for (var i = 0; i < said.Length; i++)
        {
            readings[i] = Finish(said[i]);
        }

        return readings;
    }

    private FaceReading? Finish(in BatchResult<FaceReading> said)
    {
        var status = StatusOf(said);
        if (status == ScoringStatus.Scored && !float.IsFinite(said.Output!.Confidence))
        {
            status = Failed(said.Error);
        }

        _metrics.Item("face_crop", status);
        return status == ScoringStatus.Scored ? said.Output : null;
    }
}

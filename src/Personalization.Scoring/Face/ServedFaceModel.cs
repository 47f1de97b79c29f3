using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Face;

/// <summary>
/// The face model at work. What it says becomes no observation here: it goes back to the door, which puts it on the frame
/// that the picture came with, and the picture goes no further.
/// </summary>
internal sealed class ServedFaceModel(FaceModel model, ServingSetup setup)
    : DirectModel<FaceCrop, FaceReading, FaceReading>(model.Version, () => new FaceBatchRunner(model), setup)
{
    /// <inheritdoc/>
    protected override FaceReading Read(FaceCrop input, FaceReading said) =>
        float.IsFinite(said.Confidence) ? said : throw new InvalidOperationException($"{Version} gave an output that is not finite.");
}

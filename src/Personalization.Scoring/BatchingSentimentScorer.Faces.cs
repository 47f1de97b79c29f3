using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring;

/// <summary>Looking at pictures of faces.</summary>
public sealed partial class BatchingSentimentScorer : IFaceReader
{
    /// <inheritdoc/>
    public async ValueTask<FaceReading?[]> ReadFacesAsync(
        IReadOnlyList<FaceCrop> crops, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(crops);
        var readings = new FaceReading?[crops.Count];
        if (!Models.Face.Router.IsServing)
        {
            return readings;
        }

        var items = new BatchItem<FaceCrop>[crops.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = new BatchItem<FaceCrop>(crops[i], (int)ScoringLane.Ar, crops[i].Owner, deadline);
        }

        var said = await Models.Face.Router.AskAsync(items, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < said.Length; i++)
        {
            _metrics.Item("face_crop", said[i].Status);
            readings[i] = said[i].Answer;
        }

        return readings;
    }
}

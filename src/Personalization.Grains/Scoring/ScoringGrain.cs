using Orleans.Concurrency;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Profiles;

namespace Personalization.Grains.Scoring;

/// <summary>
/// Hands payloads, and pictures of faces, to what reads them on the silo that it is on. What reads them batches what many of
/// these bring.
/// </summary>
/// <param name="scorer">Scores payloads.</param>
/// <param name="faces">Looks at pictures; null where nothing does.</param>
[StatelessWorker]
[Reentrant]
public sealed class ScoringGrain(ISentimentScorer scorer, IFaceReader? faces = null) : Grain, IScoringGrain
{
    /// <inheritdoc/>
    public async Task<ScoreMessage[]> Score(ScoreCommand[] requests, CancellationToken cancellationToken)
    {
        var decoded = new ScoringRequest[requests.Length];
        for (var i = 0; i < requests.Length; i++)
        {
            var source = EventCodec.Decode(requests[i].Event.Span);
            decoded[i] = new ScoringRequest(source.User, source.Payload, requests[i].Lane, requests[i].Deadline);
        }

        var results = await scorer.ScoreAsync(decoded, cancellationToken);
        var messages = new ScoreMessage[results.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var observation = results[i].Observation;
            messages[i] = new ScoreMessage(results[i].Status, observation is null ? null : ObservationMessage.From(observation));
        }

        return messages;
    }

    /// <inheritdoc/>
    public async Task<FaceReadingMessage?[]> ReadFaces(FaceCropCommand[] crops, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        if (faces is null)
        {
            return new FaceReadingMessage?[crops.Length];
        }

        var pictures = Array.ConvertAll(crops, static crop => new FaceCrop(crop.Pixels, crop.Owner));
        var readings = await faces.ReadFacesAsync(pictures, deadline, cancellationToken);
        return Array.ConvertAll(readings, static reading => reading is null ? null : FaceReadingMessage.From(reading));
    }
}

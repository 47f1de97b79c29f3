using Orleans.Concurrency;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Profiles;

namespace Personalization.Grains.Scoring;

/// <summary>Hands payloads to the scorer of the silo that it is on. The scorer batches what many of these bring.</summary>
[StatelessWorker]
[Reentrant]
public sealed class ScoringGrain(ISentimentScorer scorer) : Grain, IScoringGrain
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
}

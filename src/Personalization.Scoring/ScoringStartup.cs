using Microsoft.Extensions.Hosting;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring;

/// <summary>Loads and warms the models before the host is ready: a model that cannot be used stops the start, not a shopper's event.</summary>
internal sealed class ScoringStartup(BatchingSentimentScorer scorer) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Short and long: the first run of each shape is the slow one.
        var texts = new[] { "Fine.", string.Join(' ', Enumerable.Repeat("The texture is pleasant but the bottle leaked.", 12)) };
        var warmUp = texts.Select(text => new ScoringRequest(
            UserKey.Known("warm-up"), new TextFeedbackPayload(string.Empty, text, "en"), ScoringLane.Review, Deadline: null));
        var results = await scorer.ScoreAsync([.. warmUp], cancellationToken).ConfigureAwait(false);
        if (Array.Exists(results, result => result.Status == ScoringStatus.Failed))
        {
            throw new InvalidOperationException($"The text model failed on a plain text at start.");
        }

        await scorer.WarmFacesAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

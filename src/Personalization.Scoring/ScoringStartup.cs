using Microsoft.Extensions.Hosting;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring;

/// <summary>Loads and warms the models before the host is ready: a model that cannot be used stops the start, not a shopper's event.</summary>
internal sealed class ScoringStartup(BatchingSentimentScorer scorer) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Short and long: the first run of each shape is the slow one.
        var texts = new[] { "Fine.", string.Join(' ', Enumerable.Repeat("The texture is pleasant but the bottle leaked.", 12)) };
        var payloads = texts.Select(EventPayload (text) => new TextFeedbackPayload(string.Empty, text, "en")).Append(Hum());
        var warmUp = payloads.Select(payload => new ScoringRequest(UserKey.Known("warm-up"), payload, ScoringLane.Review, Deadline: null));
        var results = await scorer.ScoreAsync([.. warmUp], cancellationToken).ConfigureAwait(false);
        if (Array.Exists(results, result => result.Status == ScoringStatus.Failed))
        {
            throw new InvalidOperationException("A model failed on a plain text or a plain sound at start.");
        }

        var window = new IntentQuestion(
            UserKey.Known("warm-up"), [.. Enumerable.Repeat(float.NaN, IntentFeatures.Count)], ScoringLane.Review, Deadline: null);
        if ((await scorer.ReadIntentAsync(window, cancellationToken).ConfigureAwait(false)).Status == ScoringStatus.Failed)
        {
            throw new InvalidOperationException("The behaviour model failed on an empty window at start.");
        }

        await scorer.WarmFacesAsync(cancellationToken).ConfigureAwait(false);
    }

    private static VoicePayload Hum() => AcousticFeatureExtractor.Extract(
        [.. Enumerable.Range(0, 16_000).Select(static i => (short)(8000 * Math.Sin(2 * Math.PI * 150 * i / 16_000)))], 16_000);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

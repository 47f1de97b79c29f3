using Microsoft.Extensions.Logging.Abstractions;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests;

/// <summary>One scorer with the committed text model, for all tests of a class: loading it is the slow part.</summary>
public sealed class SharedScorer : IAsyncLifetime
{
    public static readonly UserKey User = UserKey.Known("u1");

    public BatchingSentimentScorer Scorer { get; } =
        new(new ScoringOptions(), TimeProvider.System, NullLogger<BatchingSentimentScorer>.Instance);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Scorer.DisposeAsync();

    public static ScoringRequest Request(EventPayload payload, ScoringLane lane = ScoringLane.Review) => new(User, payload, lane, Deadline: null);

    public static TextFeedbackPayload Text(string text) => new(string.Empty, text, "en");

    public async Task<ScoringResult> ScoreAsync(EventPayload payload) =>
        (await Scorer.ScoreAsync([Request(payload)], CancellationToken.None))[0];

    public async Task<SentimentObservation> ReadAsync(string text)
    {
        var result = await ScoreAsync(Text(text));
        Assert.Equal(ScoringStatus.Scored, result.Status);
        return result.Observation!;
    }
}

using System.Collections.Immutable;
using Personalization.Domain.Profiles;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests.Behaviour;

public sealed class IntentTests(SharedScorer shared) : IClassFixture<SharedScorer>
{
    private static readonly ImmutableArray<float> s_unknown = [.. Enumerable.Repeat(float.NaN, IntentFeatures.Count)];

    [Fact]
    public async Task ReadIntent_NothingKnown_IsAboutTheUsualRateAndNamesTheModel()
    {
        var answer = await AskAsync(s_unknown);

        Assert.Equal(ScoringStatus.Scored, answer.Status);
        Assert.InRange(answer.Probability, 0.05, 0.3);
        Assert.StartsWith("behaviour@", answer.ModelVersion, StringComparison.Ordinal);
        Assert.Contains(shared.Scorer.Report(), report => report.Version == answer.ModelVersion && report.Scored > 0);
    }

    [Fact]
    public async Task ReadIntent_WindowOfAnotherLengthAmongNeighbours_FailsAlone()
    {
        var answers = await Task.WhenAll(
            AskAsync(s_unknown).AsTask(), AskAsync([1, 2, 3]).AsTask(), AskAsync(default).AsTask(), AskAsync(s_unknown).AsTask());

        Assert.Equal(
            [ScoringStatus.Scored, ScoringStatus.Failed, ScoringStatus.Failed, ScoringStatus.Scored], answers.Select(static a => a.Status));
        Assert.Equal(answers[0], answers[3]);
    }

    [Fact]
    public async Task ReadIntent_DeadlinePassed_IsExpired()
    {
        var answer = await AskAsync(s_unknown, DateTimeOffset.UnixEpoch);

        Assert.Equal(IntentAnswer.Of(ScoringStatus.Expired), answer);
    }

    private ValueTask<IntentAnswer> AskAsync(ImmutableArray<float> window, DateTimeOffset? deadline = null) =>
        shared.Scorer.ReadIntentAsync(new IntentQuestion(SharedScorer.User, window, ScoringLane.Checkout, deadline), CancellationToken.None);
}

using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Profiles;

namespace Personalization.Cluster.Tests.Ingestion;

/// <summary>Feelings that a model failed on, had no model or met no silo: owed, tried once more, and never for ever.</summary>
[Collection("clusters, one after the other")]
public sealed class FailedFeelingTests
{
    private const string ShortTimeout = "00:00:00.030";
    private static readonly UserKey s_user = UserKey.Known("lena");
    private static readonly TextFeedbackPayload s_praise = new("", "a good cream", "en");

    [Theory]
    [InlineData(ScoringStatus.Failed)]
    [InlineData(ScoringStatus.NoScorer)]
    [InlineData(null)]
    public async Task Feeling_NotReadTheFirstTime_IsReadLater(ScoringStatus? first)
    {
        // Null: nobody answers, not even that it failed.
        var scorer = new UnwellScorer(first, goodFrom: first is null ? int.MaxValue : 2);
        await using var engine = await EngineCluster.StartAsync(1, scorer: scorer, scoringTimeout: ShortTimeout);
        var position = await engine.SendAsync(s_user, s_praise, "cream", channel: Channel.Chat);
        if (first is null)
        {
            var before = await engine.Profile(s_user).GetProfile(position.Offset, CancellationToken.None);
            Assert.Equal((1, 1), (before.EventCount, before.PendingFeelings));
            scorer.GetWell();
        }

        await ReachAsync(engine, position.Partition, position.Offset + 1);
        var after = await engine.Profile(s_user).GetProfile(0, CancellationToken.None);

        Assert.Equal((1, 0), (after.EventCount, after.PendingFeelings));
        Assert.True(after.Mood.Valence > 0.1, $"valence {after.Mood.Valence}");
    }

    [Theory]
    [InlineData(ScoringStatus.Failed)]
    [InlineData(ScoringStatus.NoScorer)]
    public async Task Feeling_NeverRead_IsTriedTwiceAndThenSettled(ScoringStatus always)
    {
        var scorer = new UnwellScorer(always, goodFrom: int.MaxValue);
        await using var engine = await EngineCluster.StartAsync(1, scorer: scorer, scoringTimeout: ShortTimeout);
        var position = await engine.SendAsync(s_user, s_praise, "cream", channel: Channel.Chat);

        // The late answer is an event of its own, and so is what the shopper does after.
        await ReachAsync(engine, position.Partition, position.Offset + 1);
        var after = await engine.SendAsync(s_user, new BehaviourPayload { Action = BehaviourKind.View }, "cream");
        var profile = await engine.Profile(s_user).GetProfile(after.Offset, CancellationToken.None);

        Assert.Equal((0, 0.0), (profile.PendingFeelings, profile.Mood.Valence));
        Assert.Equal(2, scorer.Tries);
    }

    private static async Task ReachAsync(EngineCluster engine, int partition, long offset)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(25));
        await engine.Grains.GetGrain<IIngestionPartitionGrain>(partition).WaitForApplied(offset, patience.Token);
    }

    /// <summary>Answers a status, or throws, until it is well.</summary>
    private sealed class UnwellScorer(ScoringStatus? status, int goodFrom) : ISentimentScorer
    {
        private readonly LexiconScorer _well = new();
        private int _tries;
        private volatile bool _isWell;

        public int Tries => Volatile.Read(ref _tries);

        public void GetWell() => _isWell = true;

        public ValueTask<ScoringResult[]> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _tries) >= goodFrom || _isWell)
            {
                return _well.ScoreAsync(requests, cancellationToken);
            }

            return status is { } bad
                ? ValueTask.FromResult(requests.Select(_ => new ScoringResult(bad, null, TimeSpan.Zero, TimeSpan.Zero)).ToArray())
                : throw new TimeoutException("No silo answers.");
        }
    }
}

using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests;

public sealed class PoisonTests(SharedScorer shared) : IClassFixture<SharedScorer>
{
    // Made here, not in attributes: those are stored as UTF-8, which has no place for half a surrogate pair.
    private static readonly Dictionary<string, string> _poison = new()
    {
        ["nothing"] = string.Empty,
        ["white space"] = "   \t\n",
        ["invisible"] = "\u200b\u200d",
        ["a megabyte of emoji"] = string.Concat(Enumerable.Repeat("😍", 512 * 1024)),
        ["half surrogate pairs"] = new string('\ud800', 500),
        ["one endless word"] = new string('a', 1_000_000),
    };

    public static TheoryData<string> PoisonNames() => [.. _poison.Keys];

    [Theory]
    [MemberData(nameof(PoisonNames))]
    public async Task Score_PoisonTextAmongNeighbours_IsFlaggedAndHarmsNone(string name)
    {
        var poison = _poison[name];
        var results = await shared.Scorer.ScoreAsync(
            [SharedScorer.Request(SharedScorer.Text("I love it")), SharedScorer.Request(SharedScorer.Text(poison)), SharedScorer.Request(SharedScorer.Text("I hate it"))],
            CancellationToken.None);

        Assert.All(results, r => Assert.Equal(ScoringStatus.Scored, r.Status));
        Assert.True(results[1].Observation!.Flags.HasFlag(ObservationFlags.Unreadable));
        Assert.Equal(0, results[1].Observation!.Confidence);
        Assert.True(results[0].Observation!.Valence > 0.3f);
        Assert.True(results[2].Observation!.Valence < -0.3f);
    }

    [Theory]
    [InlineData('\ufffd')]
    [InlineData('\ud800')]
    [InlineData('\udc00')]
    public async Task Score_SlightlyDamagedText_IsReadAndFlagged(char damage)
    {
        var observation = await shared.ReadAsync($"good {damage} stuff, really\0 good stuff");

        Assert.True(observation.Flags.HasFlag(ObservationFlags.LowQuality));
        Assert.InRange(observation.Valence, -1f, 1f);
    }

    [Theory]
    [InlineData("?")]
    [InlineData("........................")]
    [InlineData("😂😂😂😂")]
    [InlineData("日本語のレビューです")]
    [InlineData("\u202e\u202d reversed")]
    public async Task Score_OddText_GivesFiniteNumbers(string text)
    {
        var observation = await shared.ReadAsync(text);

        Assert.True(float.IsFinite(observation.Valence + observation.Arousal + observation.Confidence));
    }

    [Fact]
    public async Task Score_LongestAllowedWord_IsRead()
    {
        Assert.True(float.IsFinite((await shared.ReadAsync(new string('x', 19_999))).Valence));
    }

    [Fact]
    public async Task Score_EveryKindOfPayloadTogether_AnswersEachInItsPlace()
    {
        EventPayload[] payloads =
        [
            new BehaviourPayload { Action = BehaviourKind.RageClick },
            SharedScorer.Text("I love this cream"),
            new BehaviourPayload { Action = BehaviourKind.Scroll },
            new ArFramesPayload([new BlendshapeFrame(0, [.. Enumerable.Repeat(float.NaN, 52)], 1)]),
            new VoicePayload(1000, [.. Enumerable.Repeat(float.NaN, 10)]),
            new SurveyAnswerPayload("s", "q", SurveyMetric.Csat, 5, 1, 5, "wonderful, I am so happy with it", "en"),
            new SurveyAnswerPayload("s", "q", SurveyMetric.Csat, 5, 1, 5, string.Empty, string.Empty),
            new SurveyAnswerPayload("s", "q", SurveyMetric.Csat, null, 1, 5, "terrible, I am so unhappy with it", "en"),
            new SurveyAnswerPayload("s", "q", SurveyMetric.Csat, 5, 1, 5, "terrible, I hate it, worst cream ever", "en"),
            new UserDeletedPayload(),
            new ArFramesPayload([new BlendshapeFrame(0, [], 1)]),
            new DecisionPayload("d", ImmutableArray<byte>.Empty),
        ];

        var results = await shared.Scorer.ScoreAsync([.. payloads.Select(p => SharedScorer.Request(p))], CancellationToken.None);

        Assert.Equal(Modality.Behaviour, results[0].Observation!.Modality);
        Assert.Equal(Modality.Text, results[1].Observation!.Modality);
        Assert.Equal(ScoringStatus.NothingToScore, results[2].Status);
        Assert.True(results[3].Observation!.Flags.HasFlag(ObservationFlags.Unreadable));
        Assert.True(results[4].Observation!.Flags.HasFlag(ObservationFlags.Unreadable));
        Assert.True(results[5].Observation!.Confidence > results[6].Observation!.Confidence);
        Assert.Equal(1, results[6].Observation!.Valence);
        Assert.True(results[7].Observation!.Valence < -0.3f);
        Assert.True(results[8].Observation!.Flags.HasFlag(ObservationFlags.Mixed));
        Assert.Equal(ScoringStatus.NothingToScore, results[9].Status);
        Assert.Equal(ScoringStatus.NothingToScore, results[11].Status);
        Assert.Equal(ScoringStatus.NoScorer, results[10].Status);
    }

    [Fact]
    public async Task Score_DeadlinePassed_IsExpiredUnread()
    {
        var past = DateTimeOffset.UnixEpoch;

        var results = await shared.Scorer.ScoreAsync(
            [SharedScorer.Request(SharedScorer.Text("I love it")) with { Deadline = past }, SharedScorer.Request(SharedScorer.Text("I love it"))],
            CancellationToken.None);

        Assert.Equal([ScoringStatus.Expired, ScoringStatus.Scored], results.Select(r => r.Status));
    }
}

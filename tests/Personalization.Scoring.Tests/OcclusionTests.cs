using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Domain.Scoring.Voice;
using Personalization.LoadTest.Feelings;

namespace Personalization.Scoring.Tests;

public sealed class OcclusionTests(SharedScorer shared) : IClassFixture<SharedScorer>
{
    private const int Rate = 16_000;

    [Theory]
    [InlineData("The bottle arrived yesterday and I hate it", "hate")]
    [InlineData("The bottle arrived yesterday and I love it", "love")]
    public async Task Explain_Words_TheTellingOneComesFirst(string text, string telling)
    {
        var parts = await ExplainAsync(SharedScorer.Text(text));

        Assert.Equal(8, parts.Length);
        Assert.Equal(telling, parts[0].Text);
        Assert.Equal(telling, text.Substring(parts[0].Start, parts[0].Length));
        Assert.Equal(telling == "love", parts[0].Weight > 0);
    }

    [Fact]
    public async Task Explain_LongText_IsCutIntoStretchesThatCoverIt()
    {
        var text = string.Join(' ', Enumerable.Range(0, 400).Select(static i => $"word{i}"));

        var parts = await ExplainAsync(SharedScorer.Text(text));

        Assert.Equal(Occlusion.MostParts, parts.Length);
        Assert.Equal(400, parts.Sum(static part => part.Text.Split(' ').Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("one")]
    public async Task Explain_NothingToLeaveOut_IsEmpty(string text)
    {
        Assert.Empty(await ExplainAsync(SharedScorer.Text(text)));
    }

    [Fact]
    public async Task Explain_Frames_WeighsEach()
    {
        var smile = new float[BlendshapeRules.Coefficients];
        Array.Fill(smile, 0f);
        smile[43] = smile[44] = smile[6] = smile[7] = 0.9f;
        var frames = Enumerable.Range(0, 12).Select(i => new BlendshapeFrame(i * 33, [.. i < 6 ? smile : new float[smile.Length]], 1));

        var parts = await ExplainAsync(new ArFramesPayload([.. frames]));

        Assert.Equal(12, parts.Length);
        Assert.Equal(Enumerable.Range(0, 12), parts.Select(static part => part.Start).Order());
    }

    [Fact]
    public async Task Explain_Title_IsWeighedBesideTheText()
    {
        var parts = await ExplainAsync(new TextFeedbackPayload("I love it", "The bottle arrived on Monday.", "en"));

        Assert.Equal((PartField.Title, "love", 2), (parts[0].Field, parts[0].Text, parts[0].Start));
        Assert.Equal([3, 5], new[] { PartField.Title, PartField.Text }.Select(field => parts.Count(part => part.Field == field)));
    }

    [Fact]
    public async Task Explain_LongTitleAndText_AreCutIntoNoMoreThanTheMost()
    {
        var words = string.Join(' ', Enumerable.Range(0, 300).Select(static i => $"word{i}"));

        var parts = await ExplainAsync(new TextFeedbackPayload(words, words, "en"));

        Assert.Equal(Occlusion.MostParts, parts.Length);
        Assert.All(new[] { PartField.Title, PartField.Text }, field => Assert.Equal(300, parts.Where(part => part.Field == field).Sum(static part => part.Text.Split(' ').Length)));
    }

    [Fact]
    public async Task Explain_Voice_WeighsGroupsThatCoverAllNumbers()
    {
        var heard = AcousticFeatureExtractor.Extract(MadeUpVoice.Stirred.At(Rate), Rate);

        var parts = await ExplainAsync(heard);

        Assert.Equal(["level", "pace", "pauses", "pitch", "spectrum", "timbre", "voice_quality"], parts.Select(static part => part.Text).Order(StringComparer.Ordinal));
        var covered = parts.SelectMany(static part => Enumerable.Range(part.Start, part.Length)).Order();
        Assert.Equal(Enumerable.Range(0, VoiceFunctionals.Count), covered);
        Assert.Contains(parts, static part => Math.Abs(part.ArousalWeight) > 0.01f);
        Assert.All(parts, static part => Assert.InRange(part.Weight, -2f, 2f));
    }

    [Fact]
    public async Task Explain_VoiceOfFeaturesOnly_WeighsWhatRulesRead()
    {
        float[] features = [200, 9, -15, 8, 0.8f, 0.6f, 2600, 6, 0.1f, 30];

        var parts = await ExplainAsync(new VoicePayload(3000, [.. features]));

        Assert.Equal(["level", "pace", "pitch", "spectrum"], parts.Select(static part => part.Text).Order(StringComparer.Ordinal));
        Assert.All(parts, static part => Assert.True(part.ArousalWeight > 0, $"{part.Text} {part.ArousalWeight}"));
    }

    [Theory]
    [InlineData(BehaviourKind.Purchase, 0, 1, "action")]
    [InlineData(BehaviourKind.RageClick, 0, 5, "action count")]
    [InlineData(BehaviourKind.View, 30_000, 1, "action dwell")]
    public async Task Explain_Action_WeighsWhatIsKnownOfIt(BehaviourKind action, int dwellMs, int count, string names)
    {
        var payload = new BehaviourPayload { Action = action, DwellMs = dwellMs, Count = count };
        var whole = (await shared.ScoreAsync(payload)).Observation!;

        var parts = await ExplainAsync(payload);

        Assert.Equal(names.Split(' '), parts.Select(static part => part.Text).Order(StringComparer.Ordinal));
        Assert.Equal(whole.Valence, parts.Single(static part => part.Text == "action").Weight);
    }

    [Fact]
    public async Task Explain_PartThatCannotBeRead_IsLeftOutAlone()
    {
        // Whatever is left without "bad" fails.
        var request = SharedScorer.Request(SharedScorer.Text("good bad fine"));
        var whole = SentimentObservation.Unreadable(Modality.Text, "fake@1") with { Valence = 0.5f };

        var parts = await Occlusion.ExplainAsync(new Picky(), request, whole, CancellationToken.None);

        Assert.Equal(["fine", "good"], parts.Select(static part => part.Text).Order(StringComparer.Ordinal));
    }

    private sealed class Picky : ISentimentScorer
    {
        public ValueTask<ScoringResult[]> ScoreAsync(IReadOnlyList<ScoringRequest> requests, CancellationToken cancellationToken) =>
            ValueTask.FromResult(requests.Select(static request => ((TextFeedbackPayload)request.Payload).Text.Contains("bad", StringComparison.Ordinal)
                ? new ScoringResult(ScoringStatus.Scored, SentimentObservation.Unreadable(Modality.Text, "fake@1"), TimeSpan.Zero, TimeSpan.Zero)
                : new ScoringResult(ScoringStatus.Failed, null, TimeSpan.Zero, TimeSpan.Zero)).ToArray());
    }

    private async Task<Attribution[]> ExplainAsync(EventPayload payload)
    {
        var request = SharedScorer.Request(payload);
        var whole = (await shared.ScoreAsync(payload)).Observation!;
        return [.. await Occlusion.ExplainAsync(shared.Scorer, request, whole, CancellationToken.None)];
    }
}

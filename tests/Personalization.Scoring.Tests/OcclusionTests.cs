using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests;

public sealed class OcclusionTests(SharedScorer shared) : IClassFixture<SharedScorer>
{
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

    private async Task<Attribution[]> ExplainAsync(EventPayload payload)
    {
        var request = SharedScorer.Request(payload);
        var whole = (await shared.ScoreAsync(payload)).Observation!;
        return [.. await Occlusion.ExplainAsync(shared.Scorer, request, whole, CancellationToken.None)];
    }
}

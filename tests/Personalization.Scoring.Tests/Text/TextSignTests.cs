using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests.Text;

public sealed class TextSignTests(SharedScorer shared) : IClassFixture<SharedScorer>
{
    [Theory]
    [InlineData("I love this cream")]
    [InlineData("Best serum ever, my skin has never felt better!")]
    [InlineData("perfect 😍😍")]
    public async Task Score_PraisingText_IsClearlyPleasant(string text)
    {
        var observation = await shared.ReadAsync(text);

        Assert.InRange(observation.Valence, 0.3f, 1f);
        Assert.Equal(Modality.Text, observation.Modality);
        Assert.InRange(observation.Confidence, 0.34f, 1f);
    }

    [Theory]
    [InlineData("terrible, broke out")]
    [InlineData("Awful. It smells disgusting and I want my money back.")]
    [InlineData("I hate it 😡")]
    public async Task Score_DamningText_IsClearlyUnpleasant(string text)
    {
        Assert.InRange((await shared.ReadAsync(text)).Valence, -1f, -0.3f);
    }

    [Theory]
    [InlineData("not good")]
    [InlineData("I don't like it at all")]
    [InlineData("it isn't worth the money")]
    public async Task Score_NegatedPraise_IsUnpleasant(string text)
    {
        Assert.InRange((await shared.ReadAsync(text)).Valence, -1f, -0.01f);
    }

    [Theory]
    [InlineData("The fit is perfect and the fabric feels soft.")]
    [InlineData("I returned it because the seams came apart after one wash.")]
    [InlineData("not what I had hoped for")]
    public async Task Score_PlainReview_IsNotTakenForSarcasm(string text)
    {
        Assert.False((await shared.ReadAsync(text)).Flags.HasFlag(ObservationFlags.Sarcasm));
    }

    [Fact]
    public async Task Score_AspectsOfOppositeFeeling_AreReadApart()
    {
        var observation = await shared.ReadAsync("The texture is lovely and silky, but the smell is disgusting.");

        var texture = Assert.Single(observation.Aspects, a => a.Aspect == "texture");
        var scent = Assert.Single(observation.Aspects, a => a.Aspect == "scent");
        Assert.InRange(texture.Valence, 0.2f, 1f);
        Assert.InRange(scent.Valence, -1f, -0.2f);
    }

    [Fact]
    public async Task Score_LongText_IsReadToTheEndInWindows()
    {
        var praise = string.Concat(Enumerable.Repeat("I love it, it is wonderful. ", 30));
        var blame = string.Concat(Enumerable.Repeat("It is terrible and I hate it. ", 120));

        var observation = await shared.ReadAsync(praise + blame);

        Assert.True(observation.Flags.HasFlag(ObservationFlags.Windowed));
        Assert.InRange(observation.Valence, -1f, -0.1f);
    }

    [Fact]
    public async Task Score_SameTextAloneAndInABatch_ReadsTheSame()
    {
        string[] texts = ["I love this cream", "ok", string.Concat(Enumerable.Repeat("long and dull ", 40)), "not good", "the price is too high"];
        var alone = new List<float>();
        foreach (var text in texts)
        {
            alone.Add((await shared.ReadAsync(text)).Valence);
        }

        var together = await shared.Scorer.ScoreAsync([.. texts.Select(t => SharedScorer.Request(SharedScorer.Text(t)))], CancellationToken.None);

        Assert.All(alone.Zip(together), pair => Assert.Equal(pair.First, pair.Second.Observation!.Valence, 1e-4f));
    }

    [Theory]
    [InlineData("ja", true)]
    [InlineData("hi-IN", true)]
    [InlineData("de-AT", false)]
    [InlineData("", false)]
    public async Task Score_DeclaredLanguage_IsFlaggedWhenTheModelDoesNotKnowIt(string language, bool unknown)
    {
        var result = await shared.ScoreAsync(SharedScorer.Text("This is fine") with { Language = language });

        var known = await shared.ReadAsync("This is fine");
        Assert.Equal(unknown, result.Observation!.Flags.HasFlag(ObservationFlags.UnknownLanguage));
        Assert.Equal(known.Confidence * (unknown ? 0.5f : 1), result.Observation.Confidence, 1e-4f);
    }
}

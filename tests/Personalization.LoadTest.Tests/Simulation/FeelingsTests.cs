using Personalization.LoadTest.Arms;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Feelings;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Shoppers;
using Personalization.V1;

namespace Personalization.LoadTest.Tests.Simulation;

public sealed class FeelingsTests
{
    private static readonly Catalogue Shop = CatalogueGenerator.Make(1, 400);
    private static readonly ShopperFactory Shoppers = new(1, Shop);

    [Fact]
    public void Face_PleasedAndDispleased_SmilesAndFrowns()
    {
        var rng = new Rng(1);
        var pleased = FaceGenerator.Make(rng, 0.9, 0.2, 1, 20);
        var displeased = FaceGenerator.Make(rng, -0.9, 0.2, 1, 20);
        const int smileLeft = 43, frownLeft = 29;
        Assert.True(Mean(pleased, smileLeft) > Mean(displeased, smileLeft) + 0.3);
        Assert.True(Mean(displeased, frownLeft) > Mean(pleased, frownLeft) + 0.3);
    }

    [Fact]
    public void Face_Any_IsWithinTheContract()
    {
        var rng = new Rng(2);
        for (var n = 0; n < 200; n++)
        {
            var look = FaceGenerator.Make(rng, rng.Between(-1, 1), rng.Between(-1, 1), rng.Between(0.3, 1.2), 12);
            Assert.All(look.Frames, frame =>
            {
                Assert.Equal(FaceGenerator.Coefficients, frame.Coefficients.Count);
                Assert.All(frame.Coefficients, c => Assert.InRange(c, 0, 1));
                Assert.InRange(frame.Quality, 0, 1);
            });
        }
    }

    [Fact]
    public void Voice_StirredAndCalm_DifferInPitchLevelAndPace()
    {
        var rng = new Rng(3);
        var stirred = Enumerable.Range(0, 100).Select(_ => VoiceGenerator.Make(rng, -0.5, 0.9, 200, 1)).ToArray();
        var calm = Enumerable.Range(0, 100).Select(_ => VoiceGenerator.Make(rng, -0.5, -0.7, 200, 1)).ToArray();
        Assert.True(stirred.Average(v => v.PitchMeanHz) > calm.Average(v => v.PitchMeanHz) * 1.2);
        Assert.True(stirred.Average(v => v.EnergyMeanDb) > calm.Average(v => v.EnergyMeanDb) + 4);
        Assert.True(stirred.Average(v => v.SyllableRate) > calm.Average(v => v.SyllableRate) + 0.5);
    }

    [Theory]
    [InlineData(SurveyMetric.Nps, 0, 10)]
    [InlineData(SurveyMetric.Csat, 1, 5)]
    [InlineData(SurveyMetric.Ces, 1, 7)]
    public void Survey_AnyFeeling_IsOnTheScaleAndFollowsIt(SurveyMetric metric, double low, double high)
    {
        var rng = new Rng(4);
        double Score(double feeling) => SurveyGenerator.Make(rng, metric, feeling).Score;
        var glad = Enumerable.Range(0, 200).Select(_ => Score(0.9)).ToArray();
        var sad = Enumerable.Range(0, 200).Select(_ => Score(-0.9)).ToArray();
        Assert.All(glad.Concat(sad), score => Assert.InRange(score, low, high));
        Assert.True(glad.Average() > sad.Average() + (0.5 * (high - low)));
    }

    [Fact]
    public void Review_ManyShoppers_IsVariedFilledInAndWithinTheContract()
    {
        var texts = new HashSet<string>();
        for (var n = 0; n < 400; n++)
        {
            var shopper = Shoppers.Make(n, Arm.Random);
            var item = shopper.Rng.Pick(Shop.Items);
            var text = new FeedbackWriter(shopper).Review(item, shopper.Rng.Between(-1, 1));
            Assert.InRange(text.Length, 5, 2000);
            Assert.DoesNotContain('{', text);
            texts.Add(text);
        }

        Assert.True(texts.Count > 380, $"{texts.Count} different texts of 400");
    }

    [Fact]
    public void Review_GladAndSadOwners_CanBeToldApartByTheSentencesTheyUse()
    {
        var great = Phrases.Overall[(int)Tone.Great].Concat(Phrases.Closers[(int)Tone.Great])
            .Select(p => p.Split('{', '}').MaxBy(part => part.Length)!).ToArray();
        int Greats(double feeling) => Enumerable.Range(0, 300).Count(n =>
        {
            var shopper = Shoppers.Make(n, Arm.Random);
            var text = new FeedbackWriter(shopper).Review(Shop.Items[n], feeling);
            return great.Any(g => text.Contains(g, StringComparison.OrdinalIgnoreCase));
        });
        Assert.True(Greats(0.9) > 100);
        Assert.True(Greats(-0.9) < 10);
    }

    private static double Mean(ArFrames look, int coefficient) => look.Frames.Average(f => f.Coefficients[coefficient]);
}

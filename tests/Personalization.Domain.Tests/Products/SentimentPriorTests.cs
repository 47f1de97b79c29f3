using Personalization.Domain.Products;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Tests.Products;

public sealed class SentimentPriorTests
{
    private static readonly SentimentPrior Start = new(0, 0.09);

    [Fact]
    public void Learn_FewerThanTwoProducts_IsTheStart()
    {
        Assert.Equal(Start, SentimentPrior.Learn([], Start));
        Assert.Equal(Start, SentimentPrior.Learn([new GaussianEstimate(1, 0.1)], Start));
    }

    [Theory]
    [InlineData(0.4, 0.15)]
    [InlineData(-0.2, 0.3)]
    [InlineData(0, 0.1)]
    public void Learn_ProductsOfAKnownKind_FindsItsMeanAndSpread(double mean, double spread)
    {
        var random = new Random(17);
        var products = Enumerable.Range(0, 4000).Select(i =>
        {
            // Some products are known well, some badly.
            var noise = i % 2 == 0 ? 0.1 : 0.4;
            return new GaussianEstimate(mean + (spread * Normal(random)) + (noise * Normal(random)), noise * noise);
        }).ToArray();

        var learned = SentimentPrior.Learn(products, Start);

        Assert.Equal(mean, learned.Mean, 0.02);
        Assert.Equal(spread, Math.Sqrt(learned.Variance), 0.03);
    }

    [Fact]
    public void Learn_ProductsThatDifferOnlyByNoise_SpreadIsNearlyThatOfTheStartsShare()
    {
        var products = Enumerable.Repeat(new GaussianEstimate(0.3, 0.05), 990).ToArray();

        Assert.Equal(0.01 * Start.Variance, SentimentPrior.Learn(products, Start).Variance, 1e-12);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

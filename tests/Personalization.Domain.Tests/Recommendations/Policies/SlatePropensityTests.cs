using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

/// <summary>Every ordered slate of three out of four candidates.</summary>
public sealed class SlatePropensityTests
{
    private const int Draws = 60_000;

    private static readonly float[] s_means = [0.3f, 0.26f, 0.26f, 0.1f];
    private static readonly float[] s_variances = [0.01f, 0.03f, 0.05f, 0.05f];

    private static readonly int[][] s_slates =
    [
        .. from a in Enumerable.Range(0, 4)
           from b in Enumerable.Range(0, 4)
           from c in Enumerable.Range(0, 4)
           where a != b && b != c && a != c
           select new[] { a, b, c },
    ];

    // The second LinMED is sure enough for some slates to be rare; two estimates are alike.
    public static TheoryData<IExplorationRule> Rules =>
    [
        new LinMed(0.3, 0.05),
        new LinMed(0.1, 0.01),
        new PlackettLuce(new LinMed(0.3, 0.05)),
        new SquareCb(20),
        new EpsilonGreedy(0.4),
        new UniformRule(),
    ];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Fill_AllOrderedSlates_ProductsSumToOne(IExplorationRule rule)
    {
        Assert.Equal(24, s_slates.Length);
        Assert.Equal(1, s_slates.Sum(slate => Product(Conditional(rule, slate))), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Fill_EachPrefix_NextSlotSumsToOne(IExplorationRule rule)
    {
        for (var slot = 0; slot < 3; slot++)
        {
            foreach (var prefix in s_slates.GroupBy(s => string.Concat(s[..slot])))
            {
                var next = prefix.DistinctBy(s => s[slot]).Sum(s => Conditional(rule, s)[slot]);
                Assert.Equal(1, next, 1e-12);
            }
        }
    }

    /// <summary>Prefixes of one, two and three slots come as often as the product of their conditional propensities.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void Fill_AgainstSampledSlates_FrequenciesOfEveryPrefixAgree(IExplorationRule rule)
    {
        var drawn = DrawMany(rule);
        for (var length = 1; length <= 3; length++)
        {
            foreach (var slate in s_slates.DistinctBy(s => string.Concat(s[..length])))
            {
                var prefix = string.Concat(slate[..length]);
                var probability = Product(Conditional(rule, slate)[..length]);
                var expected = probability * Draws;
                var count = drawn.Where(d => d.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(static d => d.Value);

                // Five standard deviations of a binomial; one count of slack where hardly any is expected.
                Assert.InRange(Math.Abs(count - expected), 0, 1 + (5 * Math.Sqrt(expected * (1 - probability))));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Fill_SlateThatWasDrawn_SaysWhatTheSamplerSaid(IExplorationRule rule)
    {
        var (sampler, random, picks, propensities) = (new SlateSampler(), new SeededRandom(3), new int[3], new double[3]);
        for (var i = 0; i < 500; i++)
        {
            sampler.Draw(rule, s_means, s_variances, 0, default(NoSimilarity), ref random, picks, propensities);
            var said = Conditional(rule, picks);
            for (var slot = 0; slot < 3; slot++)
            {
                Assert.Equal(propensities[slot], said[slot], 1e-12);
            }
        }
    }

    /// <summary>The weight from two slots is the quotient of whole slates, of this order and the other.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public void OverlapWeight_AnySlate_IsTheOtherOrdersShareOfBoth(IExplorationRule rule)
    {
        var propensity = new SlatePropensity();
        foreach (var slate in s_slates)
        {
            for (var slot = 0; slot < 2; slot++)
            {
                int[] other = [.. slate];
                (other[slot], other[slot + 1]) = (other[slot + 1], other[slot]);
                var (p, q) = (Product(Conditional(rule, slate)), Product(Conditional(rule, other)));
                Assert.Equal(q / (p + q), propensity.OverlapWeight(rule, s_means, s_variances, slate, slot), 1e-12);
            }
        }
    }

    private static Dictionary<string, int> DrawMany(IExplorationRule rule)
    {
        var (sampler, random, picks, propensities) = (new SlateSampler(), new SeededRandom(42), new int[3], new double[3]);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Draws; i++)
        {
            sampler.Draw(rule, s_means, s_variances, 0, default(NoSimilarity), ref random, picks, propensities);
            var key = string.Concat(picks);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        return counts;
    }

    private static double[] Conditional(IExplorationRule rule, int[] slate)
    {
        var propensities = new double[slate.Length];
        new SlatePropensity().Fill(rule, s_means, s_variances, slate, propensities);
        return propensities;
    }

    private static double Product(double[] propensities) => propensities.Aggregate(1.0, static (product, p) => product * p);
}

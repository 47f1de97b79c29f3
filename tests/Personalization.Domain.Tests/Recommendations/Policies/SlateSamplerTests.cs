using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

public sealed class SlateSamplerTests
{
    private const int Candidates = 5;
    private const int Slots = 3;
    private const int Draws = 60_000;

    private static readonly float[] s_means = [0.3f, 0.26f, 0.25f, 0.2f, 0.1f];
    private static readonly float[] s_variances = [0.01f, 0.03f, 0.05f, 0.05f, 0.05f];

    public static TheoryData<IExplorationRule, float> Cases => new()
    {
        { new LinMed(0.3, 0.05), 0 },
        { new LinMed(0.3, 0.05), 0.6f },
        { new LinMed(0.05, 0.01), 1 },
        { new EpsilonGreedy(0.4), 0 },
        { new EpsilonGreedy(0.4), 0.7f },
        { new UniformRule(), 0 },
        { new UniformRule(), 0.5f },
    };

    /// <summary>Each slate's product of propensities is the frequency with which the slate comes, and all of them together are 1.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Draw_ManyTimes_SlatesComeAsOftenAsTheirPropensitySays(IExplorationRule rule, float diversity)
    {
        var seen = DrawMany(rule, diversity, Draws);
        var all = seen.Values.Sum(static s => s.Propensity);
        Assert.InRange(all, 0.98, 1 + 1e-9);
        var (chiSquare, cells) = (0.0, 0);
        foreach (var (count, propensity) in seen.Values.Where(static s => s.Propensity * Draws >= 10))
        {
            var expected = propensity * Draws;
            chiSquare += (count - expected) * (count - expected) / expected;
            cells++;
        }

        // Mean k and standard deviation √(2k): five of them away has a chance below one in a million, and the seed is fixed.
        Assert.True(chiSquare < cells + (5 * Math.Sqrt(2 * cells)), $"χ² is {chiSquare:F1} over {cells} slates.");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Draw_Any_HoldsNoCandidateTwiceAndPropensitiesAreProbabilities(IExplorationRule rule, float diversity)
    {
        foreach (var slate in DrawMany(rule, diversity, 500).Keys)
        {
            Assert.Equal(Slots, slate.Distinct().Count());
        }
    }

    /// <summary>The race of clocks and drawing one by one are the same distribution.</summary>
    [Fact]
    public void Draw_LinMedThatIsSure_FillsEverySlotByItsEstimateAndNotByChance()
    {
        float[] means = [.. Enumerable.Range(0, 40).Select(static i => 0.4f - (0.01f * i))];
        var variances = new float[means.Length];
        Array.Fill(variances, 0.001f);
        var (sampler, picks, propensities) = (new SlateSampler(), new int[5], new double[5]);
        var asEstimated = 0;
        for (ulong seed = 0; seed < 200; seed++)
        {
            var random = new SeededRandom(seed);
            sampler.Draw(new LinMed(0.03, 0.01), means, variances, 0, default(NoSimilarity), ref random, picks, propensities);
            asEstimated += picks.SequenceEqual([0, 1, 2, 3, 4]) ? 1 : 0;
        }

        // The floor alone moves a slot in one draw of a hundred.
        Assert.InRange(asEstimated, 170, 200);
    }

    [Fact]
    public void Race_AgainstSequentialDraws_OrdersComeAsOften()
    {
        double[] weights = [0.5, 0.2, 0.2, 0.1];
        var sampler = new SlateSampler();
        var random = new SeededRandom(11);
        var counts = new Dictionary<string, int>();
        var picks = new int[4];
        for (var i = 0; i < Draws; i++)
        {
            sampler.Race(weights, ref random, picks);
            var key = string.Concat(picks);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(24, counts.Count);
        foreach (var (order, count) in counts)
        {
            var (probability, left) = (1.0, 1.0);
            foreach (var pick in order.Select(static c => c - '0'))
            {
                probability *= weights[pick] / left;
                left -= weights[pick];
            }

            var expected = probability * Draws;
            Assert.InRange(count, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        }
    }

    [Fact]
    public void Draw_GreedyRule_OrdersByMeanWithCertainty()
    {
        var (picks, propensities) = (new int[Candidates], new double[Candidates]);
        var random = new SeededRandom(1);
        new SlateSampler().Draw(new Greedy(), s_means, s_variances, 0, default(NoSimilarity), ref random, picks, propensities);
        Assert.Equal([0, 1, 2, 3, 4], picks);
        Assert.All(propensities, static p => Assert.Equal(1, p));
    }

    [Fact]
    public void Draw_WeightsThatUnderflow_FillsTheSlateAlike()
    {
        var (picks, propensities) = (new int[3], new double[3]);
        var random = new SeededRandom(1);
        new SlateSampler().Draw(new LinMed(0.001, 0), [1, 0, 0], [0, 0, 0], 0, default(NoSimilarity), ref random, picks, propensities);
        Assert.Equal(0, picks[0]);
        Assert.Equal([1, 0.5, 1], propensities);
    }

    [Fact]
    public void Draw_DiversityAmongTwins_MovesTheTwinDown()
    {
        // 0 and 1 are twins and the best by far; without diversity they fill the first two slots nearly always.
        int Together(float diversity) => DrawMany(new LinMed(0.05, 0.01), diversity, 2_000)
            .Where(static s => s.Key[0] + s.Key[1] == 1).Sum(static s => s.Value.Count);

        Assert.True(Together(1) < Together(0) / 2);
    }

    public static TheoryData<IExplorationRule, float> PerSlot => new()
    {
        { new LinMed(0.3, 0.05), 0 },
        { new LinMed(0.3, 0.05), 0.6f },
        { new EpsilonGreedy(0.4), 0.7f },
        { new SquareCb(20), 1 },
    };

    /// <summary>What is remembered of a slot is enough to tell with what probability it was filled as it was.</summary>
    [Theory]
    [MemberData(nameof(PerSlot))]
    public void CandidatesOf_DrawnSlate_GiveTheRuleItsPropensitiesAgain(IExplorationRule rule, float diversity)
    {
        var (sampler, random) = (new SlateSampler(), new SeededRandom(5));
        var (picks, propensities) = (new int[Slots], new double[Slots]);
        for (var draw = 0; draw < 200; draw++)
        {
            sampler.Draw(rule, s_means, s_variances, diversity, default(Twins), ref random, picks, propensities);
            var slots = sampler.CandidatesOf(s_means, s_variances, diversity, default(Twins), picks);
            for (var slot = 0; slot < Slots; slot++)
            {
                var probabilities = new double[slots[slot].Scores.Length];
                Assert.Equal(Candidates - slot, probabilities.Length);
                rule.Fill(slots[slot].Scores.AsSpan(), slots[slot].Variances.AsSpan(), probabilities);
                Assert.Equal(propensities[slot], probabilities[slots[slot].Chosen], 1e-12);
            }
        }
    }

    private static Dictionary<int[], (int Count, double Propensity)> DrawMany(IExplorationRule rule, float diversity, int draws)
    {
        var seen = new Dictionary<int[], (int Count, double Propensity)>(new SlateComparer());
        var sampler = new SlateSampler();
        var random = new SeededRandom(42);
        var (picks, propensities) = (new int[Slots], new double[Slots]);
        for (var i = 0; i < draws; i++)
        {
            sampler.Draw(rule, s_means, s_variances, diversity, default(Twins), ref random, picks, propensities);
            Assert.All(propensities, static p => Assert.InRange(p, 0, 1 + 1e-12));
            var propensity = propensities[0] * propensities[1] * propensities[2];
            var (count, before) = seen.GetValueOrDefault(picks, (0, propensity));
            Assert.Equal(before, propensity, 1e-12);
            seen[[.. picks]] = (count + 1, propensity);
        }

        return seen;
    }

    private readonly struct Twins : ISlateSimilarity
    {
        public void Measure(int candidate, ReadOnlySpan<int> others, Span<float> similarities)
        {
            for (var i = 0; i < others.Length; i++)
            {
                similarities[i] = others[i] / 2 == candidate / 2 ? 1f : 0.2f;
            }
        }
    }

    private sealed class SlateComparer : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(int[] slate) => (slate[0] * 25) + (slate[1] * 5) + slate[2];
    }
}

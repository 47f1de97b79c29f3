using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

/// <summary>What the sampler says of the other order of two slots, held against what that order's own propensities are.</summary>
public sealed class SlateSwapTests
{
    private const int Candidates = 6;
    private const int Slots = 4;

    // Two estimates are alike: the order in which candidates are left decides who counts as the best.
    private static readonly float[] s_means = [0.3f, 0.26f, 0.26f, 0.2f, 0.1f, 0.05f];
    private static readonly float[] s_variances = [0.01f, 0.03f, 0.05f, 0.05f, 0.05f, 0.02f];

    public static TheoryData<IExplorationRule, float> Cases => new()
    {
        { new LinMed(0.3, 0.05), 0 },
        { new LinMed(0.1, 0.01), 0.7f },
        { new SquareCb(20), 0.4f },
        { new GaussianThompson(0.3, 0.05), 0.5f },
        { new EpsilonGreedy(0.4), 0 },
        { new EpsilonGreedy(0.4), 0.7f },
        { new Greedy(), 0.3f },
        { new UniformRule(), 0 },
        { new UniformRule(), 0.8f },
        { new PlackettLuce(new LinMed(0.3, 0.05)), 0 },
        { new PlackettLuce(new LinMed(0.3, 0.05)), 0.6f },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Draw_SwapsAskedFor_AreTheOtherOrdersShareOfBoth(IExplorationRule rule, float diversity)
    {
        var (sampler, random) = (new SlateSampler(), new SeededRandom(8));
        var (picks, propensities, swaps) = (new int[Slots], new double[Slots], new double[Slots - 1]);
        for (var draw = 0; draw < 300; draw++)
        {
            sampler.Draw(rule, s_means, s_variances, diversity, default(Alike), ref random, picks, propensities, swaps);
            for (var slot = 0; slot + 1 < Slots; slot++)
            {
                var slate = picks[..(slot + 2)];
                int[] other = [.. slate[..slot], slate[slot + 1], slate[slot]];
                var (p, q) = (Probability(rule, diversity, slate), Probability(rule, diversity, other));
                Assert.Equal(q / (p + q), swaps[slot], 1e-6);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Draw_SwapsAskedFor_DrawsTheSame(IExplorationRule rule, float diversity)
    {
        var (with, without) = (new SlateSampler(), new SlateSampler());
        var (luck, sameLuck) = (new SeededRandom(2), new SeededRandom(2));
        var (picks, others) = (new int[Slots], new int[Slots]);
        var (propensities, otherPropensities) = (new double[Slots], new double[Slots]);
        for (var draw = 0; draw < 200; draw++)
        {
            with.Draw(rule, s_means, s_variances, diversity, default(Alike), ref luck, picks, propensities, new double[draw % Slots]);
            without.Draw(rule, s_means, s_variances, diversity, default(Alike), ref sameLuck, others, otherPropensities);
            Assert.Equal(others, picks);
            Assert.Equal(otherPropensities, propensities);
        }
    }

    /// <summary>The probability of a slate's first slots, worked out the slow way.</summary>
    private static double Probability(IExplorationRule rule, float diversity, int[] slate)
    {
        var left = Enumerable.Range(0, Candidates).ToArray();
        var closest = new float[Candidates];
        var product = 1.0;
        for (var slot = 0; slot < slate.Length; slot++)
        {
            var weights = Weights(rule, diversity, left[slot..], closest);
            var at = Array.IndexOf(left, slate[slot]);
            var mass = weights.Sum();
            product *= mass > 0 ? weights[at - slot] / mass : 1.0 / (Candidates - slot);
            (left[slot], left[at]) = (left[at], left[slot]);
            for (var i = 0; i < Candidates; i++)
            {
                closest[i] = Math.Max(closest[i], Alike.Of(i, slate[slot]));
            }
        }

        return product;
    }

    private static double[] Weights(IExplorationRule rule, float diversity, int[] left, float[] closest)
    {
        var strength = 0.95f * diversity;
        if (rule.AsksPerSlot)
        {
            var penalty = strength * (s_means.Max() - s_means.Min());
            var weights = new double[left.Length];
            rule.Fill(
                left.Select(i => s_means[i] - (penalty * closest[i])).ToArray(), left.Select(i => s_variances[i]).ToArray(), weights);
            return weights;
        }

        var all = new double[Candidates];
        rule.Fill(s_means, s_variances, all);
        return [.. left.Select(i => all[i] * Math.Pow(1 - (strength * closest[i]), 4))];
    }
}

using CsCheck;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

/// <summary>What the sampler says of a slate that it is given, held against what is said of slates elsewhere.</summary>
public sealed class SlateGivenTests
{
    private static readonly IExplorationRule[] s_rules =
    [
        new LinMed(0.3, 0.05), new LinMed(0.05, 0.01), new SquareCb(20), new EpsilonGreedy(0.4), new Greedy(), new UniformRule(),
        new PlackettLuce(new LinMed(0.3, 0.05)),
    ];

    private static readonly Gen<(float[] Means, float[] Variances, int[] Slate)> s_slates =
        from count in Gen.Int[2, 70]
        from means in Gen.Float[-1, 1].Array[count]
        from variances in Gen.Float[0, 0.5f].Array[count]
        from order in Gen.Shuffle(Enumerable.Range(0, count).ToArray())
        from slots in Gen.Int[1, Math.Min(10, count)]
        select (means, variances, order[..slots]);

    [Fact]
    public void PropensitiesOf_AnySlate_AreWhatSlatePropensitySays() => Gen.Select(s_slates, Gen.Int[0, s_rules.Length - 1]).Sample((drawn, at) =>
    {
        var ((means, variances, slate), rule) = (drawn, s_rules[at]);
        var (expected, actual) = (new double[slate.Length], new double[slate.Length]);
        new SlatePropensity().Fill(rule, means, variances, slate, expected);
        new SlateSampler().PropensitiesOf(rule, means, variances, 0, default(NoSimilarity), slate, actual);
        for (var slot = 0; slot < slate.Length; slot++)
        {
            Assert.Equal(expected[slot], actual[slot], 1e-12);
        }
    });

    /// <summary>Diversity is part of what is drawn from, and of what is said of a slate.</summary>
    [Fact]
    public void PropensitiesOf_SlateThatWasDrawn_AreWhatTheDrawSaid() =>
        Gen.Select(s_slates, Gen.Int[0, s_rules.Length - 1], Gen.Float[0, 1], Gen.ULong).Sample((drawn, at, diversity, seed) =>
        {
            var ((means, variances, slate), rule) = (drawn, s_rules[at]);
            var (sampler, random) = (new SlateSampler(), new SeededRandom(seed));
            var (picks, said, given) = (new int[slate.Length], new double[slate.Length], new double[slate.Length]);
            sampler.Draw(rule, means, variances, diversity, default(Alike), ref random, picks, said);
            sampler.PropensitiesOf(rule, means, variances, diversity, default(Alike), picks, given);
            for (var slot = 0; slot < slate.Length; slot++)
            {
                Assert.Equal(said[slot], given[slot], 1e-12);
            }
        });

    [Fact]
    public void PropensitiesOf_SlateWithSomethingThatIsNoCandidate_CouldNotHaveComeFromThere()
    {
        var propensities = new double[] { 9, 9, 9 };
        new SlateSampler().PropensitiesOf(new UniformRule(), new float[4], new float[4], 0, default(NoSimilarity), [2, -1, 0], propensities);
        Assert.Equal([0.25, 0, 0], propensities);
    }
}

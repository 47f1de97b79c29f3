using CsCheck;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Policies;

public sealed class InheritanceTests
{
    // Of the same category as the first and the second product, which the lessons are about.
    private const int Cold = 5;

    private static readonly PolicyShape s_shape = new(3, 2, 7);
    private static readonly HybridRidgeOptions s_options = new() { SharedLambda = 5, ItemLambda = 8 };
    private static readonly CatalogSnapshot s_catalog = CatalogSnapshot.Empty.With(
        new CatalogChanges { Upserted = [.. Enumerable.Range(0, 12).Select(static n => SampleProducts.OfNumber(n))] }, 1);

    private static readonly Gen<PolicyUpdate[]> s_log =
        (from item in Gen.Int[0, 7]
         from user in Gen.SByte[-64, 64].Array[2]
         from feature in Gen.SByte[-64, 64]
         from position in Gen.Int[1, 5]
         from reward in Gen.Float[-1, 1]
         select (item, user, feature, position, reward)).Array[1, 40]
        .Select(static all => all.Select(static (l, i) => Lesson(i + 1, $"p{l.item}", [64, .. l.user], [64, l.feature], l.position, l.reward)).ToArray());

    /// <summary>What a reader believes is the closed form of a ridge whose prior mean is Θz̄ + m.</summary>
    [Fact]
    public void BeliefOf_AnyLessons_IsTheRidgeWithWhatNeighboursSayAsItsPriorMean() => s_log.Sample(log =>
    {
        var state = Learned(log);
        var policy = PolicySnapshot.Create(state.ChangesSince(0), s_catalog.Directory);
        for (var item = 0; item < 12; item++)
        {
            var inherited = NaivePrior(item, policy);
            var shared = SharedMean(state, item);
            var expected = DenseRidge.Solve(
                [.. shared.Zip(inherited, static (s, m) => s + m)], state.Ridge.ItemLambda, log.Where(l => l.ItemId == $"p{item}").Select(l =>
                {
                    var b = state.Ridge.Options.Examination.At(l.Position);
                    return (l.User.Select(u => u / 64.0 * b).ToArray(), (double)l.Reward);
                }));
            AssertClose([.. expected.Zip(shared, static (w, s) => w - s)], policy.BeliefOf(item, s_catalog).Weights);
        }
    });

    [Fact]
    public void BeliefOf_WithoutACatalogue_IsWhatTheItemHasLearnedItself() => s_log.Sample(log =>
    {
        var policy = PolicySnapshot.Create(Learned(log).ChangesSince(0), s_catalog.Directory);
        for (var item = 0; item < 12; item++)
        {
            var own = policy.Of(item);
            var belief = policy.BeliefOf(item, null);
            Assert.Equal(own?.Evidence ?? 0, belief.Evidence);
            Assert.Equal(own is null ? [] : own.Weights.AsSpan(), belief.Weights);
        }
    });

    [Fact]
    public void BeliefOf_ItemLearnsMoreAndMore_InheritsLessAndLess()
    {
        // What all items share stays where it is, so that all the love is the product's own.
        var state = Learned(Lessons("p1", 1, 60, 0), s_options with { SharedLambda = 1e6 });
        var policy = PolicySnapshot.Create(state.ChangesSince(0), s_catalog.Directory);
        var before = policy.BeliefOf(Cold, s_catalog).Weights[0];
        Assert.True(before > 0.05, $"Inherits {before} from a product that is loved.");
        for (var i = 0; i < 6; i++)
        {
            Teach(state, Lessons("p5", 0, 20 << i, state.Offsets.Of(0)));
            policy = PolicySnapshot.Create(state.ChangesSince(0), s_catalog.Directory);
            var inherited = policy.BeliefOf(Cold, s_catalog).Weights[0] - policy.Of(Cold)!.Weights[0];
            Assert.InRange(inherited, 0, 0.8f * before);
            before = inherited;
        }
    }

    [Fact]
    public void With_ItemsOwnLessons_AreBelievedAtOnce()
    {
        var state = Learned(Lessons("p1", 1, 200, 0));
        var policy = PolicySnapshot.Create(state.ChangesSince(0), s_catalog.Directory);
        var cold = policy.BeliefOf(Cold, s_catalog).Weights[0];
        Teach(state, Lessons("p5", 0, 5, 200));
        policy = policy.With(state.ChangesSince(policy.Version), s_catalog.Directory);
        Assert.True(policy.BeliefOf(Cold, s_catalog).Weights[0] < 0.8f * cold);
    }

    /// <summary>A reader that has followed step by step hears neighbours anew, if not at every step.</summary>
    [Fact]
    public void With_NeighboursLearnedMuchSince_IsWhatAWholeCopyBelieves()
    {
        var state = Learned(Lessons("p1", 1, 20, 0));
        var reader = PolicySnapshot.Create(state.ChangesSince(0), s_catalog.Directory);
        var early = reader.BeliefOf(Cold, s_catalog).Weights[0];
        for (var step = 0; step < 64; step++)
        {
            Teach(state, Lessons("p2", 1, 1, 20 + step));
            reader = reader.With(state.ChangesSince(reader.Version), s_catalog.Directory);
        }

        var whole = PolicySnapshot.Create(state.ChangesSince(0), s_catalog.Directory);
        Assert.NotEqual(early, reader.BeliefOf(Cold, s_catalog).Weights[0]);
        Assert.Equal(whole.BeliefOf(Cold, s_catalog).Weights, reader.BeliefOf(Cold, s_catalog).Weights);
    }

    [Fact]
    public void Bind_CatalogueCameAfterThePolicy_InheritsAsIfItHadBeenThere()
    {
        var changes = Learned(Lessons("p1", 1, 20, 0)).ChangesSince(0);
        var late = PolicySnapshot.Create(changes, ItemDirectory.Empty).Bind(s_catalog.Directory);
        var early = PolicySnapshot.Create(changes, s_catalog.Directory);
        Assert.NotEmpty(early.BeliefOf(Cold, s_catalog).Weights.ToArray());
        Assert.Equal(early.BeliefOf(Cold, s_catalog).Weights, late.BeliefOf(Cold, s_catalog).Weights);
    }

    [Fact]
    public void Bind_AProductMore_InheritsAsTheOthersDo()
    {
        const int Added = 12;
        var changes = Learned(Lessons("p1", 1, 20, 0)).ChangesSince(0);
        var policy = PolicySnapshot.Create(changes, s_catalog.Directory);
        var before = policy.BeliefOf(Cold, s_catalog).Weights.ToArray();
        var grown = s_catalog.With(new CatalogChanges { Upserted = [SampleProducts.OfNumber(Cold) with { ProductId = "new" }] }, 2);
        policy = policy.Bind(grown.Directory);
        Assert.Equal(PolicySnapshot.Create(changes, grown.Directory).BeliefOf(Added, grown).Weights, policy.BeliefOf(Added, grown).Weights);
        Assert.NotEqual(0, policy.BeliefOf(Added, grown).Weights[0]);
        Assert.Equal(before, policy.BeliefOf(Cold, grown).Weights);
    }

    [Fact]
    public void BeliefOf_AskedBefore_AllocatesNothing()
    {
        var policy = PolicySnapshot.Create(Learned([.. Lessons("p1", 1, 20, 0), .. Lessons("p2", 0, 20, 20)]).ChangesSince(0), s_catalog.Directory);
        var sum = Sum(policy);
        var before = GC.GetAllocatedBytesForCurrentThread();
        sum -= Sum(policy);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, sum);
    }

    private static float Sum(PolicySnapshot policy)
    {
        var sum = 0f;
        for (var item = 0; item < 12; item++)
        {
            foreach (var weight in policy.BeliefOf(item, s_catalog).Weights)
            {
                sum += weight;
            }
        }

        return sum;
    }

    /// <summary>m by its definition, over all products of the catalogue: there are fewer than a product has neighbours.</summary>
    private static double[] NaivePrior(int item, PolicySnapshot policy)
    {
        var near = s_catalog.Neighbours.Of(item, s_catalog);
        var (sum, known) = (new double[3], 2.0);
        for (var n = 0; n < near.Items.Length; n++)
        {
            if (policy.Of(near.Items[n]) is { } learned)
            {
                var alike = Math.Pow(ItemContent.Similarity(s_catalog.Content(item), s_catalog.Content(near.Items[n])), 2);
                known += alike * learned.Evidence / (learned.Evidence + policy.ItemLambda);
                for (var i = 0; i < sum.Length; i++)
                {
                    sum[i] += alike * learned.Weights[i];
                }
            }
        }

        return [.. sum.Select(s => s / known)];
    }

    private static double[] SharedMean(PolicyStatistics state, int item)
    {
        var mean = new double[3];
        if (state.Ridge.Items.TryGetValue($"p{item}", out var own))
        {
            var folded = state.Ridge.FoldedWeights();
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] = (folded[i * 2] * own.MeanFeature(0)) + (folded[(i * 2) + 1] * own.MeanFeature(1));
            }
        }

        return mean;
    }

    private static void AssertClose(double[] expected, ReadOnlySpan<float> actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual.IsEmpty ? 0 : actual[i], 1e-4);
        }
    }

    private static PolicyStatistics Learned(PolicyUpdate[] log, HybridRidgeOptions? options = null)
    {
        var state = new PolicyStatistics(s_shape, options ?? s_options);
        Teach(state, log);
        return state;
    }

    private static void Teach(PolicyStatistics state, PolicyUpdate[] log) => state.Apply(0, state.Offsets.Of(0), log[^1].Offset, log);

    private static PolicyUpdate[] Lessons(string item, float reward, int count, long after) =>
        [.. Enumerable.Range(1, count).Select(i => Lesson(after + i, item, [64, 0, 0], [64, 0], 1, reward))];

    private static PolicyUpdate Lesson(long offset, string item, sbyte[] user, sbyte[] features, int position, float reward) => new()
    {
        Kind = PolicyUpdateKind.Observation, Offset = offset, ItemId = item, User = [.. user], Item = [.. features], Position = position,
        Reward = reward, PolicyVersion = 1, FeatureVersion = 7,
    };
}

using CsCheck;
using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Domain.Tests.Recommendations.Policies;

public sealed class HybridRidgeTests
{
    private static readonly PolicyShape s_shape = new(3, 2, 1);

    private static readonly Dictionary<string, float[]> s_items = new() { ["a"] = [1, 0.5f], ["b"] = [1, -1], ["c"] = [1, 0.25f] };

    private static readonly Gen<Lesson[]> s_lessons =
        (from id in Gen.OneOf(Gen.Const("a"), Gen.Const("b"))
         from user in Gen.Float[-1, 1].Array[2]
         from position in Gen.Int[1, 5]
         from reward in Gen.OneOf(Gen.Const(0.0), Gen.Const(1.0))
         from later in Gen.OneOf(Gen.Const(0.0), Gen.Const(0.0), Gen.Const(1.5))
         select new Lesson(id, [1, .. user], position, reward, later)).Array[1, 60];

    [Fact]
    public void Learn_AnyLessons_SharedPartIsTheBatchRidgeOverCrosses() => s_lessons.Sample(lessons =>
    {
        var ridge = Learned(lessons);
        var expected = SharedWeights(lessons, ridge.Options);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], ridge.Shared.Weights[i], 1e-8);
        }
    });

    [Fact]
    public void Predict_ItemWithLessons_AddsTheRidgeOnTheResidualsOfTodaysSharedPart() => s_lessons.Sample(lessons =>
    {
        var ridge = Learned(lessons);
        var theta = SharedWeights(lessons, ridge.Options);
        float[] user = [1, 0.3f, -0.6f];
        foreach (var (id, item) in s_items)
        {
            var own = DenseRidge.Solve(new double[3], ridge.Options.ItemLambda, lessons.Where(l => l.Id == id).Select(l =>
            {
                var b = ridge.Options.Examination.At(l.Position);
                return (l.User.Select(u => (double)u * b).ToArray(), l.Reward + l.Later - Dot(theta, Cross(l.User, item, b)));
            }));
            var expected = Dot(theta, Cross(user, item, 1)) + Dot(own, [.. user.Select(u => (double)u)]);
            Assert.Equal(expected, ridge.Predict(id, user, item), 1e-4);
        }
    });

    [Fact]
    public void Learn_InAnotherOrder_EndsTheSame() => s_lessons.Sample(lessons =>
    {
        var (forward, backward) = (Learned(lessons), Learned([.. lessons.Reverse()]));
        foreach (var (id, item) in s_items)
        {
            Assert.Equal(forward.Predict(id, [1, 0.5f, 0.5f], item), backward.Predict(id, [1, 0.5f, 0.5f], item), 1e-4);
        }
    });

    [Fact]
    public void Predict_ItemNeverSeen_IsTheSharedPartAndItsVarianceThePriors()
    {
        var ridge = Learned([new Lesson("a", [1, 0, 0], 1, 1, 0)]);
        float[] user = [1, 0.5f, 0];
        Assert.Equal(Dot(ridge.Shared.Weights, Cross(user, s_items["c"], 1)), ridge.Predict("c", user, s_items["c"]), 1e-9);
        Assert.Equal(1.25 / ridge.Options.ItemLambda, ridge.Variance("c", user), 1e-6);
        Assert.True(ridge.Variance("a", user) < ridge.Variance("c", user));
    }

    /// <summary>Raised variances change what comes next and not what is believed: θ is not counted again for the item.</summary>
    [Fact]
    public void Reopen_AnyLessons_RaisesVariancesAndLeavesEveryEstimateInPlace() => s_lessons.Sample(lessons =>
    {
        var ridge = Learned(lessons);
        float[] user = [1, 0.3f, -0.6f];
        var before = s_items.ToDictionary(static i => i.Key, i => (Mean: ridge.Predict(i.Key, user, i.Value), Variance: ridge.Variance(i.Key, user)));
        ridge.Reopen();
        Relearn(ridge, lessons[0].Id);
        foreach (var (id, item) in s_items.Where(i => lessons.Any(l => l.Id == i.Key)))
        {
            Assert.Equal(before[id].Mean, ridge.Predict(id, user, item), 2e-4);
            Assert.InRange(ridge.Variance(id, user), before[id].Variance, 1.45 / ridge.Options.ItemLambda * 1.0001);
        }

        Assert.Equal(0, ridge.BehindCount);
    });

    /// <summary>Two items that θ says much of and that get what it says: what is unlearned little by little must not be counted twice.</summary>
    [Fact]
    public void Learn_DriftAndRewardsAsTheSharedPartSays_ItemsStayWhereTheyAre()
    {
        var ridge = new HybridRidge(s_shape, new HybridRidgeOptions { SharedLambda = 1e6, ItemLambda = 5, Drift = 0.02, Prior = [0.8f, 0, 0, 0, 0, 0] });
        float[] user = [1, 0, 0];
        for (var t = 0; t < 400; t++)
        {
            ridge.Learn("a", user, s_items["a"], 1, 0.8);
        }

        Assert.Equal(0.8, ridge.Predict("a", user, s_items["a"]), 0.01);
    }

    /// <summary>Another pull of all items, and the estimates are those of having had it from the start.</summary>
    [Fact]
    public void Choice_ChangedWhileLearning_EndsAsIfTheNewPullHadBeenThereAllAlong() => s_lessons.Sample(lessons =>
    {
        var options = new HybridRidgeOptions { ItemLambda = 5, ItemLambdaFactors = [1, 4] };
        var (changed, always) = (new HybridRidge(s_shape, options), new HybridRidge(s_shape, options with { ItemLambda = 20, ItemLambdaFactors = [1] }));
        for (var i = 0; i < lessons.Length; i++)
        {
            if (i == lessons.Length / 2)
            {
                changed.Choice = new LeadingModel(2, 1, 1000);
                changed.AllAreBehind();
            }

            changed.Learn(lessons[i].Id, lessons[i].User, s_items[lessons[i].Id], lessons[i].Position, lessons[i].Reward);
            always.Learn(lessons[i].Id, lessons[i].User, s_items[lessons[i].Id], lessons[i].Position, lessons[i].Reward);
        }

        Assert.Equal(20, changed.ItemLambda);
        Assert.Equal(0, changed.BehindCount);
        float[] user = [1, 0.3f, -0.6f];
        foreach (var (id, item) in s_items)
        {
            Assert.Equal(always.Predict(id, user, item), changed.Predict(id, user, item), 1e-4);
            Assert.Equal(always.Variance(id, user), changed.Variance(id, user), 1e-5);
        }
    });

    [Theory]
    [InlineData(0.9, 10)]
    [InlineData(0, 90)]
    public void Learn_ItemsThatDifferMuchOrNotAtAll_ChoosesThePullThatPredicts(double difference, double expected)
    {
        var ridge = new HybridRidge(s_shape, new HybridRidgeOptions { ItemLambda = 30, Prior = [0.5f, 0, 0, 0, 0, 0] });
        var random = new SeededRandom(4);
        for (var t = 0; t < 60_000; t++)
        {
            var item = (int)(random.NextUnit() * 200);
            float[] user = [1, (float)((2 * random.NextUnit()) - 1), (float)((2 * random.NextUnit()) - 1)];
            var rate = 0.5 + (difference * (((item * 7919 % 101) / 100.0) - 0.5));
            ridge.Learn($"i{item}", user, s_items["a"], 1, random.NextUnit() < rate ? 1 : 0);
        }

        Assert.Equal(expected, ridge.ItemLambda, 1);
        Assert.True(ridge.LambdaChanges > 0);
        Assert.Equal(0, ridge.BehindCount);
    }

    /// <summary>Another shop's θ is where it starts, and no more: what comes weighs as much as for a ridge that starts from nothing.</summary>
    [Fact]
    public void AsPrior_AnyLessonsAfterwards_IsTheBatchRidgeAroundTheOthersWeights() => Gen.Select(s_lessons, s_lessons).Sample((elsewhere, here) =>
    {
        var other = Learned(elsewhere);
        var ridge = other.AsPrior();
        var start = other.Shared.Weights.ToArray();
        Assert.Equal(0, ridge.ItemCount);
        Assert.Equal(1.09 / ridge.Options.ItemLambda, ridge.Variance("a", [1, 0.3f, 0]), 1e-6);
        foreach (var lesson in here)
        {
            ridge.Learn(lesson.Id, lesson.User, s_items[lesson.Id], lesson.Position, lesson.Reward);
        }

        var expected = DenseRidge.Solve(
            start, ridge.Options.SharedLambda,
            here.Select(l => (Cross(l.User, s_items[l.Id], ridge.Options.Examination.At(l.Position)), l.Reward)));
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], ridge.Shared.Weights[i], 1e-8);
        }

        Assert.Equal(start, other.AsPrior().Shared.Weights);
    });

    [Theory]
    [InlineData(0, 10, "SharedLambda")]
    [InlineData(1, -1, "ItemLambda")]
    [InlineData(1, double.NaN, "ItemLambda")]
    public void Constructor_OptionOutOfRange_NamesIt(double shared, double item, string field)
    {
        var e = Assert.Throws<ArgumentException>(() => new HybridRidge(s_shape, new HybridRidgeOptions { SharedLambda = shared, ItemLambda = item }));
        Assert.Contains(field, e.Message, StringComparison.Ordinal);
        Assert.Contains("allowed", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Nothing new: a lesson of no weight lets the others follow.</summary>
    private static void Relearn(HybridRidge ridge, string id)
    {
        for (var i = 0; i < 3; i++)
        {
            ridge.Amend(id, [1, 0, 0], s_items[id], 1, 0);
        }
    }

    [Fact]
    public void Constructor_FactorsWithoutOne_NamesThem()
    {
        var e = Assert.Throws<ArgumentException>(static () => new HybridRidge(s_shape, new HybridRidgeOptions { ItemLambdaFactors = [2, 3] }));
        Assert.Contains("ItemLambdaFactors", e.Message, StringComparison.Ordinal);
        Assert.Contains("1 among them", e.Message, StringComparison.Ordinal);
    }

    private static HybridRidge Learned(Lesson[] lessons)
    {
        var ridge = new HybridRidge(s_shape, new HybridRidgeOptions { ItemLambda = 5, Prior = [0.1f, 0, 0, 0.2f, 0, 0] });
        foreach (var lesson in lessons)
        {
            ridge.Learn(lesson.Id, lesson.User, s_items[lesson.Id], lesson.Position, lesson.Reward);
        }

        foreach (var lesson in lessons.Where(l => l.Later != 0))
        {
            ridge.Amend(lesson.Id, lesson.User, s_items[lesson.Id], lesson.Position, lesson.Later);
        }

        return ridge;
    }

    private static double[] SharedWeights(Lesson[] lessons, HybridRidgeOptions options) => DenseRidge.Solve(
        [0.1f, 0, 0, 0.2f / 0.5, 0, 0],
        options.SharedLambda,
        lessons.Select(l => (Cross(l.User, s_items[l.Id], options.Examination.At(l.Position)), l.Reward + l.Later)));

    private static double[] Cross(float[] user, float[] item, double b) =>
        [.. user.SelectMany((u, i) => item.Select((z, j) => b * u * z * (i + j == 0 ? 1 : 0.5)))];

    private static double Dot(double[] a, double[] b) => a.Zip(b, static (x, y) => x * y).Sum();

    private sealed record Lesson(string Id, float[] User, int Position, double Reward, double Later);
}

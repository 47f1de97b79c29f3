using CsCheck;
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

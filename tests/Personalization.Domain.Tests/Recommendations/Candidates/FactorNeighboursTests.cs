using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Catalog;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Tests.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Candidates;

public sealed class FactorNeighboursTests
{
    private static readonly FactorOptions s_options = new() { Rank = 16, KeptPerItem = 10 };

    [Fact]
    public void Of_ProductsNobodyTurnedToBoth_AreNeighboursByTheirCompany()
    {
        // p0 and p1 are never met together, but both with the same others; p10 and p11 likewise, with others still.
        var steps = Enumerable.Range(2, 6).SelectMany(static n => new[] { (0, n), (1, n) })
            .Concat(Enumerable.Range(12, 6).SelectMany(static n => new[] { (10, n), (11, n) }));
        var model = Of(Graph(20, steps), 20, s_options with { Rank = 8 });
        Assert.Equal(1, model.Of(0)!.Items[0]);
        Assert.Equal(0, model.Of(1)!.Items[0]);
        Assert.Equal(11, model.Of(10)!.Items[0]);
        Assert.All(
            model.Of(0)!.Items.Zip(model.Of(0)!.Likenesses).Where(static n => n.First >= 10), static n => Assert.True(n.Second < 0.5f));
    }

    [Fact]
    public void Of_TwoShopsInOne_KeepsThemApart()
    {
        var model = Of(Graph(60, Within(60, 2, 2000)), 60, s_options);
        for (var item = 0; item < 60; item++)
        {
            Assert.All(model.Of(item)!.Items.Take(5), other => Assert.Equal(item % 2, other % 2));
            Assert.DoesNotContain(item, model.Of(item)!.Items);
            Assert.Equal(model.Of(item)!.Likenesses.OrderDescending(), model.Of(item)!.Likenesses);
            Assert.All(model.Of(item)!.Likenesses, static likeness => Assert.InRange(likeness, 0, 1.0001f));
        }
    }

    [Fact]
    public void Of_SameGraph_IsTheSameModel()
    {
        var graph = Graph(60, Within(60, 2, 500));
        var (first, second) = (Of(graph, 60, s_options), Of(graph, 60, s_options));
        for (var item = 0; item < 60; item++)
        {
            Assert.Equal(first.Of(item)!.Items, second.Of(item)!.Items);
            Assert.Equal(first.Of(item)!.Likenesses, second.Of(item)!.Likenesses);
        }
    }

    [Fact]
    public void Of_ManyProducts_FindsNearlyAllNeighboursInTheNearestClusters()
    {
        var graph = Graph(800, Within(800, 20, 8000));
        var (exact, near) = (Of(graph, 800, s_options), Of(graph, 800, s_options with { ExactUpTo = 256 }));
        var recall = Enumerable.Range(0, 800).Where(item => exact.Of(item) is not null)
            .Average(item => exact.Of(item)!.Items.Intersect(near.Of(item)!.Items).Count() / (double)exact.Of(item)!.Items.Length);
        Assert.True(recall >= 0.8, $"recall is {recall:F3}");
    }

    [Fact]
    public void Of_ProductsWithoutCompany_HaveNoNeighbours()
    {
        var model = Of(CoVisitationSnapshot.Empty, 5, s_options);
        Assert.Null(model.Of(3));
        Assert.Null(model.Of(99));
    }

    [Fact]
    public void Of_Cancelled_Stops()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        Assert.Throws<OperationCanceledException>(() => FactorNeighbours.Of(Graph(60, Within(60, 2, 100)), 60, s_options, stopped.Token));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(0)]
    [InlineData(256)]
    public void Validate_RankOutOfRange_SaysSo(int rank)
    {
        var refused = Assert.Throws<ArgumentException>(() => (s_options with { Rank = rank }).Validate());
        Assert.Contains("Rank: is", refused.Message, StringComparison.Ordinal);
    }

    private static FactorNeighbours Of(CoVisitationSnapshot graph, int count, FactorOptions options) => FactorNeighbours.Of(graph, count, options);

    /// <summary>Steps at random between products of the same group.</summary>
    private static IEnumerable<(int From, int To)> Within(int count, int groups, int steps)
    {
        var random = new SeededRandom(7);
        for (var i = 0; i < steps; i++)
        {
            var group = random.NextIndex(groups);
            var (from, to) = (random.NextIndex(count / groups), random.NextIndex(count / groups));
            if (from != to)
            {
                yield return ((from * groups) + group, (to * groups) + group);
            }
        }
    }

    private static CoVisitationSnapshot Graph(int count, IEnumerable<(int From, int To)> steps)
    {
        var catalog = CatalogSnapshot.Empty.With(new CatalogChanges { Upserted = [.. Enumerable.Range(0, count).Select(static n => SampleProducts.OfNumber(n))] }, 1);
        var state = new CoVisitation(new CoVisitationOptions());
        var offset = 0L;
        foreach (var (from, to) in steps)
        {
            offset++;
            state.Apply(0, offset - 1, offset, [CoVisitationTests.Visited(offset, $"p{to}", $"p{from}")]);
        }

        return CoVisitationSnapshot.Empty.Follow(state, catalog.Directory);
    }
}

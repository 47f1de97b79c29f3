using CsCheck;
using Personalization.Domain.Recommendations.Catalog;

namespace Personalization.Domain.Tests.Recommendations.Catalog;

public sealed class RankedListTests
{
    private const int Products = 3000;

    /// <summary>However scores change, the head of the list is that of a full sort.</summary>
    [Fact]
    public void With_ManyRoundsOfChanges_KeepsTheHeadOfAFullSort() =>
        Gen.Select(Gen.Int[0, Products - 1], Gen.Float[-1, 1]).Array[1, 400].Array[1, 12].Sample(
            rounds =>
            {
                var scores = Enumerable.Range(0, Products).Select(static i => (i * 7919 % 1000) / 1000f).ToArray();
                var list = RankedList.Rebuild(new Scores(scores), Products);
                foreach (var round in rounds)
                {
                    foreach (var (item, score) in round)
                    {
                        scores[item] = score;
                    }

                    list = list.With(new Scores(scores), Products, round.Select(static r => r.Item1).ToHashSet());
                    Assert.True(list.Items.Length >= RankedList.Wanted);
                    Assert.Equal(scores.OrderDescending().Take(list.Items.Length), list.Scores.ToArray());
                    Assert.Equal(list.Items.Length, list.Items.ToArray().Distinct().Count());
                    for (var i = 0; i < list.Items.Length; i++)
                    {
                        Assert.Equal(scores[list.Items[i]], list.Scores[i]);
                    }
                }
            },
            iter: 20);

    [Fact]
    public void With_ItemsNotToBeListed_LeavesThemOut()
    {
        float[] scores = [1, float.NegativeInfinity, float.NaN, 3];
        var list = RankedList.Empty.With(new Scores(scores), 4, new HashSet<int> { 0, 1, 2, 3 });
        Assert.Equal([3, 0], list.Items.ToArray());
    }

    private readonly struct Scores(float[] scores) : IItemScore
    {
        public float Of(int item) => scores[item];
    }
}

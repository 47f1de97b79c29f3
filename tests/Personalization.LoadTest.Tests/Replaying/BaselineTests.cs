using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Replaying;
using Personalization.LoadTest.Replaying.Baselines;

namespace Personalization.LoadTest.Tests.Replaying;

public sealed class BaselineTests
{
    // Two circles of buyers: the first buys a to d, the second v to z; the last item of each is withheld.
    private static readonly UserSequence[] s_users =
    [
        .. Enumerable.Range(0, 40).Select(static u => new UserSequence($"one-{u}", [.. Turned(["a", "b", "c", "d"], u), "end"])),
        .. Enumerable.Range(0, 60).Select(static u => new UserSequence($"two-{u}", [.. Turned(["v", "w", "x", "z"], u), "end"])),
    ];

    [Fact]
    public void Purchases_WithheldItems_AreNotKnown()
    {
        var purchases = new Purchases(s_users);

        Assert.Equal(8, purchases.ByItem.Length);
        Assert.DoesNotContain("end", Enumerable.Range(0, 8).Select(purchases.ItemOf));
    }

    [Fact]
    public void Popularity_RecommendsWhatMostBought_ExceptWhatTheUserHas()
    {
        var purchases = new Purchases(s_users);
        var slate = new Popularity(purchases).Recommend(0, purchases.ByUser[0], 3);

        Assert.All(slate, item => Assert.Contains(purchases.ItemOf(item), new[] { "v", "w", "x", "z" }));
    }

    public static TheoryData<string> Personal => ["item_knn", "matrix_factorisation"];

    [Theory]
    [MemberData(nameof(Personal))]
    public void Recommend_ToAMemberOfACircle_FindsWhatTheCircleBuys(string name)
    {
        var purchases = new Purchases(s_users);
        IBaseline baseline = name == "item_knn" ? new ItemNeighbours(purchases) : new FactorModel(purchases, new Rng(1));
        Assert.Equal(name, baseline.Name);
        for (var user = 0; user < s_users.Length; user++)
        {
            var first = purchases.ItemOf(baseline.Recommend(user, purchases.ByUser[user], 1)[0]);

            Assert.Contains(first, user < 40 ? new[] { "a", "b", "c", "d" } : ["v", "w", "x", "z"]);
            Assert.DoesNotContain(first, s_users[user].Items);
        }
    }

    [Fact]
    public void Best_Of_PicksTheHighestInOrderAndNeverTheExcluded() =>
        Assert.Equal([3, 1, 2], Best.Of([double.NegativeInfinity, 2, 2, 5, 1], 3));

    // Three of the four, another one left out for each.
    private static IEnumerable<string> Turned(string[] items, int by) => Enumerable.Range(by, 3).Select(i => items[i % items.Length]);
}

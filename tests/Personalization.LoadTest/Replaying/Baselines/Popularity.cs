namespace Personalization.LoadTest.Replaying.Baselines;

/// <summary>What most users bought.</summary>
internal sealed class Popularity(Purchases purchases) : IBaseline
{
    private readonly int[] _order =
        [.. Enumerable.Range(0, purchases.ByItem.Length).OrderByDescending(i => purchases.ByItem[i].Count).ThenBy(static i => i)];

    public string Name => "popularity";

    public IReadOnlyList<int> Recommend(int user, IReadOnlyList<int> seen, int count) => [.. _order.Where(item => !seen.Contains(item)).Take(count)];
}

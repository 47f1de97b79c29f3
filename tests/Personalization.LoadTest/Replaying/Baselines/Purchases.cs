namespace Personalization.LoadTest.Replaying.Baselines;

/// <summary>What every user bought, the last left out, with users and items numbered from 0.</summary>
internal sealed class Purchases
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _items = [];

    public Purchases(IReadOnlyList<UserSequence> users)
    {
        ByUser = [.. users.Select(user => user.Seen.ToArray().Select(NumberOf).ToArray())];
        ByItem = [.. Enumerable.Range(0, _items.Count).Select(static _ => new List<int>())];
        for (var u = 0; u < ByUser.Length; u++)
        {
            foreach (var item in ByUser[u].Distinct())
            {
                ByItem[item].Add(u);
            }
        }
    }

    /// <summary>The items of each user, in order.</summary>
    public int[][] ByUser { get; }

    /// <summary>The users of each item, growing.</summary>
    public List<int>[] ByItem { get; }

    /// <summary>The item of a number.</summary>
    public string ItemOf(int number) => _items[number];

    private int NumberOf(string item)
    {
        if (!_numbers.TryGetValue(item, out var number))
        {
            _numbers.Add(item, number = _items.Count);
            _items.Add(item);
        }

        return number;
    }
}

namespace Personalization.Benchmarks.OffPolicy;

/// <summary>
/// A policy that looks at nobody, as its log shows it: with what share each item stood at each position. It is what the policy
/// was on average over the log, whose probabilities moved as it learned.
/// </summary>
internal sealed class ShownShares
{
    private readonly Dictionary<(string Position, string Item), double> _shares;

    public ShownShares(Impressions log)
    {
        var places = log.Positions.CountBy(p => p).ToDictionary();
        _shares = log.Positions.Zip(log.Items).CountBy(shown => shown)
            .ToDictionary(c => c.Key, c => (double)c.Value / places[c.Key.First]);
    }

    /// <summary>Items with their shares at a position.</summary>
    public IEnumerable<(string Item, double Share)> At(string position) =>
        _shares.Where(s => s.Key.Position == position).Select(s => (s.Key.Item, s.Value));

    /// <summary>An item's share at a position; 0 when it never stood there.</summary>
    public double Of(string position, string item) => _shares.GetValueOrDefault((position, item));
}

namespace Personalization.Benchmarks.OffPolicy;

/// <summary>A reward model: an item's rate of clicks wherever it stands, pulled to the rate of all.</summary>
internal sealed class ClickRates
{
    /// <summary>Impressions of the mean rate that are added to each item's own.</summary>
    private const double Prior = 500;

    private readonly Dictionary<string, (double Clicks, int Count)> _items = new(StringComparer.Ordinal);
    private readonly double _mean;

    /// <summary>Learns from some impressions of a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="learned">Which impressions.</param>
    public ClickRates(Impressions log, Func<int, bool> learned)
    {
        var (clicks, count) = (0.0, 0);
        for (var i = 0; i < log.Count; i++)
        {
            if (learned(i))
            {
                var item = _items.GetValueOrDefault(log.Items[i]);
                _items[log.Items[i]] = (item.Clicks + log.Clicks[i], item.Count + 1);
                (clicks, count) = (clicks + log.Clicks[i], count + 1);
            }
        }

        _mean = count > 0 ? clicks / count : 0;
    }

    /// <summary>The expected reward of an item.</summary>
    public double Of(string item)
    {
        var (clicks, count) = _items.GetValueOrDefault(item);
        return (clicks + (Prior * _mean)) / (count + Prior);
    }
}

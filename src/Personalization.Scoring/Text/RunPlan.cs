namespace Personalization.Scoring.Text;

/// <summary>
/// Cuts rows into runs, each padded to its longest row, so that the whole costs least: every run costs something whatever is
/// in it, and every place of a padded row costs as much as a token. Used by one thread at a time.
/// </summary>
/// <param name="costs">What runs cost.</param>
internal sealed class RunPlan(RunCosts costs)
{
    private int[] _ends = [];
    private long[] _costs = [];

    /// <summary>Cuts rows into runs.</summary>
    /// <param name="lengths">The rows' lengths in tokens, at least 1, the shortest first.</param>
    /// <returns>For each row where the run that begins with it ends; of those that begin none, nothing is to be learned.</returns>
    public ReadOnlySpan<int> Cut(ReadOnlySpan<int> lengths)
    {
        Reserve(lengths.Length);
        _costs[lengths.Length] = 0;
        for (var from = lengths.Length - 1; from >= 0; from--)
        {
            (_ends[from], _costs[from]) = Best(lengths, from);
        }

        return _ends.AsSpan(0, lengths.Length);
    }

    /// <summary>To how many tokens the rows of a run are padded whose longest has so many.</summary>
    public int Padded(int longest) => (longest + costs.Step - 1) / costs.Step * costs.Step;

    // The cheapest run that begins here, when what follows it is cut as cheaply as it can be, which is known already.
    private (int End, long Cost) Best(ReadOnlySpan<int> lengths, int from)
    {
        var best = (End: from + 1, Cost: long.MaxValue);
        for (var end = from + 1; end <= lengths.Length && end - from <= costs.MostRows; end++)
        {
            var tokens = (end - from) * Padded(lengths[end - 1]);
            if (tokens > costs.MostTokens && end > from + 1)
            {
                break;
            }

            var cost = costs.Fixed + tokens + _costs[end];
            best = cost <= best.Cost ? (end, cost) : best;
        }

        return best;
    }

    private void Reserve(int rows)
    {
        if (_ends.Length < rows)
        {
            _ends = new int[Math.Max(rows, 2 * _ends.Length)];
            _costs = new long[_ends.Length + 1];
        }
    }
}

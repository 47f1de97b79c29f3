namespace Personalization.Benchmarks.Quality;

/// <summary>What the judge saw of a run.</summary>
internal sealed class QualityReport
{
    private static readonly int Arms = Enum.GetValues<LoadTest.Arms.Arm>().Length;

    /// <summary>What each arm's own shoppers really clicked.</summary>
    public Tally[] Clicked { get; } = [.. Enumerable.Range(0, Arms).Select(_ => new Tally())];

    /// <summary>The worth of the engine's slates, for its own shoppers; the other figures are of the same pages.</summary>
    public Tally Engine { get; } = new();

    /// <summary>Of the engine's best guesses alone: what it shows less this is the price of exploration and variety.</summary>
    public Tally Greedy { get; } = new();

    /// <summary>Of the best of its candidates: the rest up to here is the ranking's.</summary>
    public Tally BestOfCandidates { get; } = new();

    /// <summary>Of the best of everything: the rest up to here is the generators'.</summary>
    public Tally BestOfAll { get; } = new();

    /// <summary>Of what is popular.</summary>
    public Tally Popularity { get; } = new();

    /// <summary>Of chance.</summary>
    public Tally Random { get; } = new();

    /// <summary>How many of the fifty items that the shopper would like best are among the candidates, summed over pages.</summary>
    public double Recalled { get; set; }

    public long Pages { get; set; }

    /// <summary>How the taste that the engine works out and the true one correlate over the catalogue, on pages that show all of it.</summary>
    public Tally TasteKnown { get; } = new();

    public double Recall => Recalled / Math.Max(1, Pages);

    /// <summary>The engine's rate by page.</summary>
    public Dictionary<string, Tally> ByPlacement { get; } = new(StringComparer.Ordinal);

    /// <summary>Popularity's rate by page.</summary>
    public Dictionary<string, Tally> PopularityByPlacement { get; } = new(StringComparer.Ordinal);
}

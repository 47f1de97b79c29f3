namespace Personalization.Benchmarks.Load;

/// <summary>
/// Measures two things by turns, so that what else the machine does falls on both: the medians over the rounds, and the
/// median of each round's ratio.
/// </summary>
internal sealed record Versus(Measurement Value, Measurement Floor, double Ratio)
{
    /// <summary>Measures them.</summary>
    /// <param name="value">What is measured.</param>
    /// <param name="floor">What it is held against.</param>
    /// <param name="rounds">How many turns each gets.</param>
    public static async Task<Versus> RunAsync(Func<int, Task<Measurement>> value, Func<int, Task<Measurement>> floor, int rounds)
    {
        var values = new List<Measurement>(rounds);
        var floors = new List<Measurement>(rounds);
        for (var round = 0; round < rounds; round++)
        {
            floors.Add(await floor(round));
            values.Add(await value(round));
        }

        var ratios = values.Zip(floors, (v, f) => v.PerSecond / f.PerSecond).Order().ToArray();
        return new Versus(Median(values), Median(floors), ratios[ratios.Length / 2]);
    }

    private static Measurement Median(List<Measurement> all) => all.OrderBy(m => m.PerSecond).ElementAt(all.Count / 2);
}

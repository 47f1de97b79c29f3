using System.Globalization;
using Personalization.Benchmarks.Quality;
using Personalization.Benchmarks.Reporting;
using Personalization.Domain.Recommendations.Policies;
using Personalization.LoadTest.Arms;

namespace Personalization.Benchmarks.Benches;

/// <summary>How good the slates get: the demo's shop in one thread, judged by who knows the truth.</summary>
internal sealed class QualityBenchmark : IBenchmark
{
    private const int Products = 4000;
    private const int Shoppers = 300;
    private const int Visits = 6000;
    private static readonly TimeSpan Simulated = TimeSpan.FromMinutes(1);

    public string About => "how good slates get over 6,000 visits of the demo's shoppers, beside popularity, chance and who knows the truth";

    public Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        var shop = new OfflineShop(options.Seed, Products, Shoppers, Visits, Simulated);
        shop.Run();
        var judged = shop.Report;
        var random = judged.Random.Rate;
        Tell("engine", judged.Engine, judged.Popularity.Rate, "popularity", Quarters(judged.Engine));
        Tell("engine, its best guesses alone", judged.Greedy, judged.Popularity.Rate, "popularity", Quarters(judged.Greedy));
        Tell("the best of its candidates", judged.BestOfCandidates, judged.Popularity.Rate, "popularity", $"{judged.Recall:P0} of the shopper's 50 favourites are candidates");
        Tell("the best of all", judged.BestOfAll, judged.Popularity.Rate, "popularity", null);
        Tell("popularity", judged.Popularity, random, "random", Quarters(judged.Popularity));
        foreach (var (placement, tally) in judged.ByPlacement)
        {
            Tell($"engine, {placement}", tally, judged.PopularityByPlacement[placement].Rate, "popularity", Quarters(tally));
        }

        Tell("engine, as clicked", judged.Clicked[(int)Arm.Engine], judged.Clicked[(int)Arm.Popularity].Rate, "popularity, as clicked", null);
        TellPolicy();
        return Task.CompletedTask;

        void TellPolicy()
        {
            var (policy, pull) = (shop.Policy, new HybridRidgeOptions().ItemLambda);
            var curve = string.Join(" ", Enumerable.Range(1, 10).Select(k => policy.Examination.At(k).ToString("F2", CultureInfo.InvariantCulture)));
            report(new Figure
            {
                Bench = "quality",
                Case = "policy: pull of a product's own weights",
                Value = Math.Round(policy.Ridge.ItemLambda, 1),
                Unit = "λ₂",
                Floor = "at first",
                FloorValue = pull,
                Ratio = Math.Round(policy.Ridge.ItemLambda / pull, 4),
                Samples = policy.Observations,
                Note = $"positions {curve}; {policy.Standing.Alarms} alarms",
                PackageMode = Build.PackageMode,
            });
        }

        void Tell(string name, Tally tally, double floor, string floorName, string? note) => report(new Figure
        {
            Bench = "quality",
            Case = name,
            Value = Math.Round(tally.Rate, 5),
            Unit = "clicks/impression",
            Floor = floorName,
            FloorValue = Math.Round(floor, 5),
            Ratio = Math.Round(tally.Rate / floor, 4),
            Samples = judged.Pages,
            Note = note,
            PackageMode = Build.PackageMode,
        });
    }

    private static string Quarters(Tally tally) =>
        string.Join(" → ", Enumerable.Range(0, Tally.Quarters).Select(q => tally.RateOf(q).ToString("F4", CultureInfo.InvariantCulture)));
}

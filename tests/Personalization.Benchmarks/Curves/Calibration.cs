using System.Collections.Immutable;
using Personalization.Benchmarks.Bandits;
using Personalization.Benchmarks.Quality;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;

namespace Personalization.Benchmarks.Curves;

/// <summary>Whether click rates that a learner expects are those that come. Only the second half of a run counts: before, it has yet to learn.</summary>
internal static class Calibration
{
    private const int Products = 4000;
    private const int Shoppers = 300;
    private const int Visits = 6000;

    /// <summary>
    /// The engine's learner in the simulated shop, with a reward of 1 for a click and nothing else: what it expects of an item at the
    /// slot where it was seen is its score times the slot's weight.
    /// </summary>
    public static IReadOnlyList<(float Expected, bool Clicked)> OfEngine(int seed)
    {
        var heard = new List<(float Expected, bool Clicked)>();
        OfflineShop? shop = null;
        shop = new OfflineShop(seed, Products, Shoppers, Visits, TimeSpan.FromMinutes(1), terms: ClicksAlone())
        {
            Seen = (slot, score, clicked) =>
            {
                if (shop!.VisitsMade >= Visits / 2)
                {
                    heard.Add(((float)(score * ExaminationCurve.Default.At(slot)), clicked));
                }
            },
        };
        shop.Run();
        return heard;
    }

    /// <summary>The learner of single choices, of what it chose.</summary>
    public static IReadOnlyList<(float Expected, bool Clicked)> Of(IEnumerable<BanditResult> plays) =>
        [.. plays.SelectMany(static play => play.Expectations.Skip(play.Expectations.Length / 2))];

    private static ImmutableArray<RewardTerm> ClicksAlone() =>
        [.. Enum.GetValues<RewardComponent>().Select(static component => new RewardTerm(component == RewardComponent.Click ? 1f : 0f, RewardAggregation.First))];
}

using Personalization.Domain.Ingestion;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Rewards;

namespace Personalization.Api.Tests.Rewards.Evaluation;

/// <summary>
/// A shop of four products and two slots in which everything is known: how the log was made, and what any rule is worth.
/// </summary>
/// <remarks>Shoppers click by product and slot, and look at the second slot unless they clicked on the first.</remarks>
internal sealed class SimulatedShop(IExplorationRule logging)
{
    private const int Slots = 2;
    private const double SecondSlot = 0.5;
    private static readonly float[] s_variances = [0.02f, 0.01f, 0.03f, 0.02f];

    /// <summary>What the policy believes …</summary>
    public float[] Scores { get; init; } = [0.5f, 0.35f, 0.3f, 0.1f];

    /// <summary>… and what is so.</summary>
    public double[] ClickRates { get; init; } = [0.6, 0.3, 0.35, 0.1];

    /// <summary>By what logged propensities are multiplied: 1 when they are right.</summary>
    public double PropensitiesOff { get; init; } = 1;

    /// <summary>A rule that stood in the shadow, by its number, while the log was made; null for none.</summary>
    public (long Number, IExplorationRule Rule)? Shadow { get; init; }

    public static DateTimeOffset Start { get; } = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What a rule gets per slate, worked out over all slates.</summary>
    public double ValueOf(IExplorationRule rule)
    {
        int[] all = [0, 1, 2, 3];
        var first = Probabilities(rule, all);
        var value = 0.0;
        foreach (var top in all)
        {
            int[] left = [.. all.Where(i => i != top)];
            var second = Probabilities(rule, left);
            var below = left.Select((item, i) => second[i] * ClickRates[item] * SecondSlot).Sum();
            value += first[top] * (ClickRates[top] + ((1 - ClickRates[top]) * below));
        }

        return value;
    }

    /// <summary>The lines of some decisions, one a minute, four to a user.</summary>
    public IEnumerable<LoggedDecision> Log(int decisions, ulong seed = 1)
    {
        var random = new SeededRandom(seed);
        for (var i = 0; i < decisions; i++)
        {
            List<int> left = [0, 1, 2, 3];
            var clicked = false;
            for (var slot = 1; slot <= Slots && !clicked; slot++)
            {
                var probabilities = Probabilities(logging, [.. left]);
                var at = Draw(probabilities, ref random);
                var item = left[at];
                clicked = random.NextUnit() < ClickRates[item] * (slot == 1 ? 1 : SecondSlot);
                var candidates = new SlotCandidates([.. left.Select(c => Scores[c])], [.. left.Select(static c => s_variances[c])], at);
                var shadow = Shadow is { } other ? (float)Probabilities(other.Rule, [.. left])[at] : (float?)null;
                yield return Line(i, slot, item, probabilities[at] * PropensitiesOff, clicked, candidates, Shadow?.Number ?? 0, shadow);
                left.RemoveAt(at);
            }
        }
    }

    public static LoggedDecision Line(
        int decision, int slot, int item, double propensity, bool clicked, SlotCandidates? candidates, long shadow = 0, float? shadowPropensity = null)
    {
        var line = new JoinedReward
        {
            DecisionId = $"d{decision}",
            DecidedAt = Start.AddMinutes(decision),
            Arm = RankingArm.Engine,
            Experiment = string.Empty,
            Kind = PolicyUpdateKind.Observation,
            ItemId = $"p{item}",
            Slot = slot,
            Position = slot,
            Propensity = (float)propensity,
            Reward = clicked ? 1 : 0,
            PolicyVersion = 1,
            FeatureVersion = 1,
            User = [1],
            Item = [1],
            Components = new ComponentValues(clicked ? 1 : null, null, null, null, null, null),
            Candidates = candidates,
            Shadow = shadow,
            ShadowPropensity = shadowPropensity,
        };
        var body = new DecisionLogLine(0, decision + 1, line.Encode()).Encode();
        return new LoggedDecision(line.DecisionId, line.DecidedAt.AddMinutes(30), UserKey.Known($"u{decision / 4}"), body);
    }

    private double[] Probabilities(IExplorationRule rule, int[] items)
    {
        var probabilities = new double[items.Length];
        rule.Fill(Array.ConvertAll(items, i => Scores[i]), Array.ConvertAll(items, static i => s_variances[i]), probabilities);
        return probabilities;
    }

    private static int Draw(double[] probabilities, ref SeededRandom random)
    {
        var at = random.NextUnit();
        for (var i = 0; i < probabilities.Length - 1; i++)
        {
            at -= probabilities[i];
            if (at < 0)
            {
                return i;
            }
        }

        return probabilities.Length - 1;
    }
}

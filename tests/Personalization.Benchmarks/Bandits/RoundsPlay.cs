using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Benchmarks.Bandits;

/// <summary>Plays candidate sets: one is chosen, and only its click is looked at.</summary>
internal static class RoundsPlay
{
    public static BanditResult Run(CandidateRounds rounds, HybridLearnerOptions options, IExplorationRule rule, int seed)
    {
        var learner = new HybridLearner(rounds.UserFeatures, rounds.ItemFeatures, options);
        foreach (var item in rounds.Items)
        {
            learner.Add(item.Features);
        }

        var most = rounds.Candidates.Max(c => c.Length);
        var (means, variances) = (new float[most], new float[most]);
        var chooser = new Chooser(rule, most, seed);
        var score = new Score(rounds.Users.Length);
        var chosen = new int[rounds.Users.Length];
        var expectations = new (float Expected, bool Clicked)[rounds.Users.Length];
        var clock = new DecisionClock();
        for (var t = 0; t < rounds.Users.Length; t++)
        {
            var candidates = rounds.Candidates[t];
            var user = rounds.Users[t].Features;
            learner.Score(user, candidates, means, variances);
            var pick = chosen[t] = chooser.Draw(means.AsSpan(0, candidates.Length), variances.AsSpan(0, candidates.Length), t, score.MeanReward);
            var reward = rounds.Clicks[t][pick];
            var lesson = learner.Learn(candidates[pick], user, reward);
            clock.Tick();
            expectations[t] = (means[pick], reward > 0.5f);
            score.Add(1 - reward, lesson.AlarmRang);
        }

        clock.Stop();
        var best = rounds.Truth?.Average(p => p.Max());
        return new BanditResult
        {
            Rounds = rounds.Users.Length,
            MeanCost = score.MeanCost,
            Tenths = score.Tenths,
            Curve = score.Curve,
            Expectations = expectations,
            Alarms = [.. score.Alarms],
            OracleCost = 1 - best,
            MeanRegret = best - rounds.Truth?.Select((p, t) => p[chosen[t]]).Average(),
            Chosen = FormattableString.Invariant($"item lambda {learner.ItemLambda}"),
            Clock = clock,
        };
    }
}

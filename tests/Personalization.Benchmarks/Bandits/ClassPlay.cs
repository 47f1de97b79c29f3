using Personalization.Domain.Recommendations.Learning;
using Personalization.Domain.Recommendations.Policies;

namespace Personalization.Benchmarks.Bandits;

/// <summary>Plays labelled rows: cost 0 for the right class, 1 for a wrong one, seen for the chosen class only.</summary>
internal static class ClassPlay
{
    public static BanditResult Run(ClassRows rows, ArmLearnerOptions options, IExplorationRule rule, int seed)
    {
        var learner = new ArmLearner(rows.Classes, rows.Features[0].Length, options);
        var (means, variances) = (new float[rows.Classes], new float[rows.Classes]);
        var chooser = new Chooser(rule, rows.Classes, seed);
        var score = new Score(rows.Order.Length);
        var clock = new DecisionClock();
        for (var t = 0; t < rows.Order.Length; t++)
        {
            var row = rows.Features[rows.Order[t]];
            learner.Score(row, means, variances);
            var arm = chooser.Draw(means, variances, t, score.MeanReward);
            var reward = rows.Labels[rows.Order[t]] == arm ? 1 : 0;
            var lesson = learner.Learn(arm, row, reward);
            clock.Tick();
            score.Add(1 - reward, lesson.AlarmRang);
        }

        clock.Stop();
        return new BanditResult
        {
            Rounds = rows.Order.Length,
            MeanCost = score.MeanCost,
            Tenths = score.Tenths,
            Curve = score.Curve,
            Alarms = [.. score.Alarms],
            Chosen = learner.Representation,
            Clock = clock,
        };
    }
}

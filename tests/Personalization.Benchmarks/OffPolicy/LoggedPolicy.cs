using Personalization.Benchmarks.Benches;
using Personalization.Benchmarks.Reporting;
using Personalization.Domain.Rewards.Evaluation;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.OffPolicy;

/// <summary>What one policy of the Open Bandit Dataset got, estimated from another one's log, beside what it got.</summary>
internal static class LoggedPolicy
{
    private const string Unit = "clicks per impression";

    public static DocumentFigure Evaluate(string folder, BenchOptions options)
    {
        var (random, bts) = (Impressions.Read(Path.Combine(folder, "random")), Impressions.Read(Path.Combine(folder, "bts")));
        var target = new ShownShares(bts);
        var settings = new OffPolicyOptions { SwitchAbove = random.Items.Distinct().Count(), Seed = (ulong)options.Seed };
        var decisions = Decisions(random, target);
        var evaluated = OffPolicyEvaluation.Evaluate(decisions, settings);
        var onPolicy = Proportion.Wilson((long)bts.Clicks.Sum(), bts.Count);
        var written = options.Report is { } report ? Write(report, decisions, evaluated, settings, onPolicy) : null;
        return new DocumentFigure
        {
            Bench = "ope",
            Case = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
            Value = evaluated.Snips.Estimate,
            Unit = "clicks/impression",
            PackageMode = Build.PackageMode,
            Document = new
            {
                Bench = "ope", Data = folder, Evaluated = "bts", From = "random", OnPolicy = onPolicy, Estimates = evaluated, Parameters = settings, Report = written,
            },
        };
    }

    private static string Write(
        string folder, EvaluatedDecision[] decisions, OffPolicyReport evaluated, OffPolicyOptions settings, ConfidenceInterval onPolicy)
    {
        var report = new ReportWriter(folder, "What the policy bts would have got, from the log of random");
        report.Say($"{evaluated.Decisions} impressions of a random policy with its propensities, {evaluated.Clusters} users, {evaluated.Rewarded} clicks. The probabilities of `bts` are the shares in which its own log shows items at each position.");
        report.Heading("Verdict");
        report.Say($"{(evaluated.HasVerdict ? "The estimates may be acted on." : "Refused: the estimates are told for what they are.")}");
        report.List(evaluated.Refusals.Select(r => OffPolicyPlots.Reason(r, evaluated, settings)));
        report.Heading("Estimates");
        report.Estimates("estimates.svg", "Estimates with 95 % intervals", Unit,
        [
            ("what bts got itself", onPolicy),
            ("what random got", evaluated.LoggedInterval),
            ("IPS", evaluated.Ips),
            ("IPS, Bernstein", evaluated.IpsBernstein),
            ("SNIPS", evaluated.Snips),
            ("DR", evaluated.DoublyRobust),
            ("SWITCH-DR", evaluated.SwitchDoublyRobust),
        ]);
        report.Say($"Intervals resample users with all their impressions; Bernstein's holds for any number of independent ones. SWITCH-DR leaves weights above {settings.SwitchAbove:0} to the reward model, an item's rate of clicks among the other half of users.");
        report.Heading("Weights");
        report.Say($"Effective size {evaluated.EffectiveSize:0} of {evaluated.Decisions}; largest weight {evaluated.MaxWeight:0.0}; mean weight {evaluated.MeanWeight:0.000}, which is 1 up to chance when propensities are right and the log covers the policy.");
        report.Add("weights.svg", "Weights of impressions", OffPolicyPlots.Weights("Weights of impressions", [.. decisions.Select(static d => d.Weight)]));
        report.Heading("While the log grows");
        report.Say($"The band holds at all times together, with probability {1 - settings.Alpha:0.00}: whoever looks again and again and stops when they like it is not misled. Impressions are in the order of the file.");
        report.Add("sequence.svg", "Estimate and confidence sequence", OffPolicyPlots.Sequence("Estimate and confidence sequence", Unit, decisions, settings, onPolicy.Estimate));
        return report.Finish();
    }

    /// <summary>The log as estimators want it. The reward model of a decision has learned from the other half of users only.</summary>
    private static EvaluatedDecision[] Decisions(Impressions log, ShownShares target)
    {
        ClickRates[] models = [new(log, i => log.Users[i] % 2 == 1), new(log, i => log.Users[i] % 2 == 0)];
        var values = models
            .Select(model => log.Positions.Distinct().ToDictionary(p => p, p => target.At(p).Sum(s => s.Share * model.Of(s.Item))))
            .ToArray();
        return
        [
            .. Enumerable.Range(0, log.Count).Select(i => new EvaluatedDecision(
                log.Users[i],
                log.Clicks[i],
                log.Propensities[i],
                target.Of(log.Positions[i], log.Items[i]),
                models[log.Users[i] % 2].Of(log.Items[i]),
                values[log.Users[i] % 2][log.Positions[i]])),
        ];
    }
}

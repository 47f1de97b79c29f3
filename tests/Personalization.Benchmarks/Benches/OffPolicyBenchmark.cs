using Personalization.Benchmarks.OffPolicy;
using Personalization.Benchmarks.Reporting;
using Personalization.Domain.Rewards.Evaluation;
using Personalization.Domain.Statistics;

namespace Personalization.Benchmarks.Benches;

/// <summary>Whether off-policy estimates are right: what one policy got, estimated from another's log, beside what it got.</summary>
internal sealed class OffPolicyBenchmark : IBenchmark
{
    public string About => "what the policy bts got, estimated from the log of random, beside what it got; --data FOLDER with both";

    public Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        var folder = options.Data ?? throw new BenchUsageException("ope wants --data FOLDER, with the folders 'random' and 'bts' in it.");
        var (random, bts) = (Impressions.Read(Path.Combine(folder, "random")), Impressions.Read(Path.Combine(folder, "bts")));
        var target = new ShownShares(bts);
        var settings = new OffPolicyOptions { SwitchAbove = random.Items.Distinct().Count(), Seed = (ulong)options.Seed };
        var evaluated = OffPolicyEvaluation.Evaluate(Decisions(random, target), settings);
        var onPolicy = Proportion.Wilson((long)bts.Clicks.Sum(), bts.Count);
        report(new DocumentFigure
        {
            Bench = "ope",
            Case = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
            Value = evaluated.Snips.Estimate,
            Unit = "clicks/impression",
            PackageMode = Build.PackageMode,
            Document = new { Bench = "ope", Data = folder, Evaluated = "bts", From = "random", OnPolicy = onPolicy, Estimates = evaluated, Parameters = settings },
        });
        return Task.CompletedTask;
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

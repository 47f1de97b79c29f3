using Personalization.Benchmarks.Bandits;
using Personalization.Benchmarks.Reporting;
using Personalization.Domain.Recommendations.Learning;

namespace Personalization.Benchmarks.Benches;

/// <summary>How fast the learner learns: plays a data set once, from nothing, one thread.</summary>
internal sealed class BanditBenchmark : IBenchmark
{
    /// <summary>β, the same for whatever is played.</summary>
    private const double StandardBeta = 0.05;

    public string About => "mean cost and time of a bandit over --data and --perm (classes), or --rounds FILE and --items (candidates)";

    public Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        report(options switch
        {
            { Data: { } data, RoundsFile: null, Items: null } => Classes(data, options),
            { Data: null, Permutation: null, RoundsFile: { } rounds, Items: { } items } => Candidates(rounds, items, options),
            _ => throw new BenchUsageException("bandit wants either --data FILE, with or without --perm FILE, or --rounds FILE and --items FILE."),
        });
        return Task.CompletedTask;
    }

    private static DocumentFigure Classes(string path, BenchOptions options)
    {
        var rows = ClassRows.Read(path, options.Permutation);
        var learner = new ArmLearnerOptions();
        var beta = options.Beta ?? StandardBeta;
        return Tell(path, ClassPlay.Run(rows, learner, Rules.Create(options.Rule, beta), options.Seed), new Dictionary<string, object>
        {
            ["rule"] = options.Rule,
            ["beta"] = beta,
            ["floor"] = Rules.Floor,
            ["seed"] = options.Seed,
            ["plain_lambdas"] = learner.PlainLambdas,
            ["product_lambdas"] = learner.ProductLambdas,
            ["most_products"] = learner.MostProducts,
            ["squared_length"] = learner.SquaredLength,
            ["drift"] = learner.Drift,
            ["alarm"] = learner.Alarm,
            ["alarm_inflation"] = learner.AlarmInflation,
        });
    }

    private static DocumentFigure Candidates(string rounds, string items, BenchOptions options)
    {
        var played = CandidateRounds.Read(rounds, items);
        var learner = new HybridLearnerOptions();
        var beta = options.Beta ?? StandardBeta;
        return Tell(rounds, RoundsPlay.Run(played, learner, Rules.Create(options.Rule, beta), options.Seed), new Dictionary<string, object>
        {
            ["rule"] = options.Rule,
            ["beta"] = beta,
            ["floor"] = Rules.Floor,
            ["seed"] = options.Seed,
            ["shared_lambda"] = learner.SharedLambda,
            ["item_lambdas"] = learner.ItemLambdas,
            ["feature_scale"] = learner.FeatureScale,
            ["drift"] = learner.Drift,
            ["alarm"] = learner.Alarm,
            ["alarm_inflation"] = learner.AlarmInflation,
        });
    }

    private static DocumentFigure Tell(string path, BanditResult result, Dictionary<string, object> parameters)
    {
        var figure = new DocumentFigure
        {
            Bench = "bandit",
            Case = Path.GetFileNameWithoutExtension(path),
            Value = result.MeanCost,
            Unit = "cost/decision",
            PackageMode = Build.PackageMode,
            Document = string.Empty,
        };
        return figure with
        {
            Document = new
            {
                figure.Bench,
                Data = figure.Case,
                result.Rounds,
                MeanCost = Math.Round(result.MeanCost, 5),
                UsPerDecision = Math.Round(result.Clock.Median, 2),
                UsPerDecisionMean = Math.Round(result.Clock.Mean, 2),
                CpuUsPerDecision = Math.Round(result.Clock.Cpu, 2),
                UsPerDecisionFastest = Math.Round(result.Clock.Fastest, 2),
                OracleCost = Rounded(result.OracleCost),
                MeanRegret = Rounded(result.MeanRegret),
                result.Alarms,
                result.Chosen,
                CostByTenth = result.Tenths.Select(c => Math.Round(c, 4)),
                Parameters = parameters,
                figure.Processors,
                figure.LoadBefore,
            },
        };
    }

    private static double? Rounded(double? value) => value is { } v ? Math.Round(v, 5) : null;
}

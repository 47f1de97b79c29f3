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

    private static BanditFigure Classes(string path, BenchOptions options)
    {
        var rows = ClassRows.Read(path, options.Permutation);
        var learner = new ArmLearnerOptions();
        var beta = options.Beta ?? StandardBeta;
        return Figure(path, ClassPlay.Run(rows, learner, Rules.Create(options.Rule, beta), options.Seed), new Dictionary<string, object>
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

    private static BanditFigure Candidates(string rounds, string items, BenchOptions options)
    {
        var played = CandidateRounds.Read(rounds, items);
        var learner = new HybridLearnerOptions();
        var beta = options.Beta ?? StandardBeta;
        return Figure(rounds, RoundsPlay.Run(played, learner, Rules.Create(options.Rule, beta), options.Seed), new Dictionary<string, object>
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

    private static BanditFigure Figure(string path, BanditResult result, Dictionary<string, object> parameters) => new()
    {
        Bench = "bandit",
        Case = Path.GetFileNameWithoutExtension(path),
        Value = result.MeanCost,
        Unit = "cost/decision",
        PackageMode = Build.PackageMode,
        Result = result,
        Parameters = parameters,
    };
}

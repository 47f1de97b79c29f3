using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Personalization.Benchmarks.Benches;
using Personalization.Benchmarks.Reporting;
using Personalization.Client;
using Personalization.Domain.Statistics;
using Personalization.V1;

namespace Personalization.Benchmarks.OffPolicy;

/// <summary>What exploration rules would have got on a running engine's own decisions, asked of its evaluation service.</summary>
internal static class EngineLog
{
    private const string Unit = "clicks per slate, first three slots";
    private const int Slots = 3;
    private static readonly TimeSpan s_span = TimeSpan.FromDays(30);

    private static readonly (string Name, TargetPolicy Policy)[] s_targets =
    [
        ("linmed β 0.03", new TargetPolicy { Linmed = new LinMedRule { Beta = 0.03, Floor = 0.01 } }),
        ("linmed β 0.2", new TargetPolicy { Linmed = new LinMedRule { Beta = 0.2, Floor = 0.01 } }),
        ("ε-greedy 0.05", new TargetPolicy { EpsilonGreedy = new EpsilonGreedyRule { Epsilon = 0.05 } }),
        ("squarecb γ 100", new TargetPolicy { Squarecb = new SquareCbRule { Gamma = 100, Floor = 0.01 } }),
        ("greedy", new TargetPolicy { Greedy = new GreedyRule() }),
        ("uniform", new TargetPolicy { Uniform = new UniformRule() }),
    ];

    public static async Task<IEnumerable<DocumentFigure>> EvaluateAsync(string address, BenchOptions options)
    {
        try
        {
            using var engine = PersonalizationClient.Connect(address);
            var answers = new List<(string Name, EvaluatePolicyResponse Answer)>();
            foreach (var (name, target) in s_targets)
            {
                var asked = Request(target, options);
                answers.Add((name, await engine.Evaluations.EvaluatePolicyAsync(asked, deadline: DateTime.UtcNow.AddMinutes(5))));
            }

            var written = options.Report is { } folder ? Write(folder, address, answers) : null;
            return answers.Select(answer => Tell(answer.Name, answer.Answer, address, written));
        }
        catch (Exception problem) when (problem is RpcException or UriFormatException or ArgumentException)
        {
            throw new BenchUsageException($"--engine {address}: {problem.Message}");
        }
    }

    private static EvaluatePolicyRequest Request(TargetPolicy target, BenchOptions options)
    {
        var now = DateTime.UtcNow;
        return new EvaluatePolicyRequest
        {
            From = Timestamp.FromDateTime(now - s_span),
            To = Timestamp.FromDateTime(now),
            Target = target,
            Measure = RewardMeasure.Click,
            MaxSlots = Slots,
            Seed = (ulong)options.Seed,
        };
    }

    private static string Write(string folder, string address, List<(string Name, EvaluatePolicyResponse Answer)> answers)
    {
        var report = new ReportWriter(folder, "What other exploration rules would have got");
        var counts = answers[0].Answer.Counts;
        report.Say($"From the decision log of the engine at {address}: {counts.Read} decisions, {counts.Evaluated} of them evaluated. The rules draw from the same candidates by the same scores.");
        report.List(LeftOut(counts));
        report.Heading("Verdicts");
        report.Table(
            ["rule", "verdict", "why not", "difference", "from", "to"],
            answers.Select(static a => new[]
            {
                a.Name, a.Answer.Verdict.ToString(), string.Join("; ", a.Answer.RefusalReasons.Select(Words)),
                Part(a.Answer.Slates?.Difference, static e => e.Value), Part(a.Answer.Slates?.Difference, static e => e.Low), Part(a.Answer.Slates?.Difference, static e => e.High),
            }));
        var known = answers.Where(static a => a.Answer.Slates is not null).ToArray();
        if (known.Length > 0)
        {
            report.Heading("Estimates");
            report.Estimates("estimates.svg", "Slates: users resampled, 95 %", Unit,
                [("what was shown", Interval(known[0].Answer.Slates.OnPolicy)), .. known.Select(static a => (a.Name, Interval(a.Answer.Slates.Sequential)))]);
            report.Heading("Intervals that hold at all times");
            report.Say($"For whoever evaluates again and again while the log grows.");
            report.Estimates("sequence.svg", "Slates: confidence sequence, 95 %", Unit, [.. known.Select(static a => (a.Name, Interval(a.Answer.Slates.ConfidenceSequence)))]);
            report.Heading("Single slots");
            report.Estimates("slots.svg", "Slots, each by itself: 95 %", "clicks per slot",
                [.. known.SelectMany(static a => new[] { ($"{a.Name}: SNIPS", Interval(a.Answer.Slots.Snips)), ($"{a.Name}: DR", Interval(a.Answer.Slots.DoublyRobust)) })]);
            report.Heading("Weights");
            report.Table(
                ["rule", "effective slates", "of", "largest weight", "mean weight"],
                known.Select(static a => new[]
                {
                    a.Name, ReportWriter.Text(Math.Round(a.Answer.Slates.Weights.EffectiveSampleSize)), ReportWriter.Text(a.Answer.Slates.Slates),
                    ReportWriter.Text(a.Answer.Slates.Weights.MaxWeight), ReportWriter.Text(a.Answer.Slates.Weights.MeanWeight),
                }));
        }

        return report.Finish();
    }

    private static IEnumerable<string> LeftOut(DecisionCounts counts) => new[]
    {
        (counts.WithoutCandidates, "left out: what their slots could have been given was not logged (Recommender:CandidateLogShare)"),
        (counts.WindowOpen, "left out: their window is open, and rewards may still come"),
        (counts.WithGaps, "left out: a lower slot was seen and one above was not"),
        (counts.WithoutPropensities, "left out: a probability is missing or cannot be"),
        (counts.WithoutComponents, "left out: logged before rewards were by component"),
        (counts.LinesBeyondCap, "lines beyond the number of decisions that is held"),
        (counts.LinesUnreadable, "lines that cannot be read"),
    }.Where(static part => part.Item1 > 0).Select(static part => $"{part.Item1} {part.Item2}");

    private static string Words(RefusalReason reason) => reason switch
    {
        RefusalReason.TooFewEffectiveSamples => "too few effective slates",
        RefusalReason.TooFewRewards => "too few clicks",
        _ => "the mean weight is not 1",
    };

    private static string Part(PolicyEstimate? estimate, Func<PolicyEstimate, double> part) => estimate is null ? "" : ReportWriter.Text(part(estimate));

    private static ConfidenceInterval Interval(PolicyEstimate estimate) => new(estimate.Value, estimate.Low, estimate.High);

    private static DocumentFigure Tell(string name, EvaluatePolicyResponse answer, string address, string? written) => new()
    {
        Bench = "ope",
        Case = name,
        Value = answer.Slates?.Sequential.Value ?? double.NaN,
        Unit = Unit,
        PackageMode = Build.PackageMode,
        Document = new
        {
            Bench = "ope",
            Engine = address,
            Target = name,
            Verdict = answer.Verdict.ToString(),
            Refusals = answer.RefusalReasons.Select(static r => r.ToString()),
            OnPolicy = answer.Slates is { } slates ? Interval(slates.OnPolicy) : default(ConfidenceInterval?),
            Sequential = answer.Slates is { } s ? Interval(s.Sequential) : default(ConfidenceInterval?),
            ConfidenceSequence = answer.Slates is { } c ? Interval(c.ConfidenceSequence) : default(ConfidenceInterval?),
            EffectiveSize = answer.Slates?.Weights.EffectiveSampleSize,
            MaxWeight = answer.Slates?.Weights.MaxWeight,
            MeanWeight = answer.Slates?.Weights.MeanWeight,
            answer.Counts.Read,
            answer.Counts.Evaluated,
            Report = written,
        },
    };
}

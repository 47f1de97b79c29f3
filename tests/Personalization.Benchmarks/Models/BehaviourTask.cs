using System.Collections.Immutable;
using Personalization.Benchmarks.Plots;
using Personalization.Benchmarks.Reporting;
using Personalization.LoadTest.Measuring;
using Personalization.Scoring;
using Personalization.Scoring.Behaviour;

namespace Personalization.Benchmarks.Models;

/// <summary>Whether a session ends in a purchase: how sessions are put in order, and whether probabilities mean what they say.</summary>
internal sealed class BehaviourTask : IModelTask
{
    public async Task<IEnumerable<Figure>> RunAsync(string set, BenchOptions options)
    {
        var sessions = LabelledSessions.Read(set);
        if (sessions.All(static each => each.Bought) || !sessions.Any(static each => each.Bought))
        {
            throw new InvalidDataException($"{set}: column Revenue is the same on every line; both TRUE and FALSE are wanted.");
        }

        var serving = new ScoringOptions();
        using var model = BehaviourModel.Load(serving.FullBehaviourModelPath, serving.IntraOpThreads);
        await using var readings = new Readings<ImmutableArray<float>, float>(() => new BehaviourBatchRunner(model));
        var said = await readings.ReadAsync(sessions.Select(static each => each.Window));
        var judged = new Classification(2);
        foreach (var (session, p) in sessions.Zip(said))
        {
            judged.Add(session.Bought ? 1 : 0, [1 - p, p]);
        }

        return Figures(new ModelFigures(set, model.Onnx.Version, Console.Error), judged, new BinaryScores([.. said.Zip(sessions, static (p, each) => (p, each.Bought))]));
    }

    private static IEnumerable<Figure> Figures(ModelFigures figures, Classification judged, BinaryScores scores)
    {
        ReliabilityPlot.Draw("behaviour: mean probability of a purchase (said) beside how many bought (right)", scores.Reliability(), Console.Error);
        return
        [
            figures.Of("behaviour auc", scores.AreaUnderCurve, judged.Total),
            figures.Of("behaviour brier", scores.Brier, judged.Total),
            figures.Of("behaviour calibration_error of a purchase", scores.CalibrationError, judged.Total),
            .. figures.Of("behaviour", judged, ["no purchase", "purchase"]),
        ];
    }
}

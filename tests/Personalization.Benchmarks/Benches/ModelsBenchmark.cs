using Personalization.Benchmarks.Models;
using Personalization.Benchmarks.Reporting;
using Personalization.LoadTest.Measuring;

namespace Personalization.Benchmarks.Benches;

/// <summary>How well the models that are served read files of which people have said what is right.</summary>
internal sealed class ModelsBenchmark : IBenchmark
{
    private static readonly string[] Polarities = ["negative", "neutral", "positive"];

    public string About => "how well the models read a labelled file (--set FILE --task polarity, emotion or irony), through the serving path";

    public async Task RunAsync(BenchOptions options, Action<Figure> report)
    {
        if (options.Set is not { } file || options.Task is not { } task)
        {
            throw new BenchUsageException("models needs --set FILE and --task polarity, emotion or irony.");
        }

        await using var readings = new TextReadings(options.Device);
        var texts = Read(file);
        var jobs = texts.Select(readings.Prepare).ToArray();
        var readable = Enumerable.Range(0, texts.Count).Where(i => jobs[i] is not null).ToArray();
        report(Of("models", $"{task} readable", (double)readable.Length / texts.Count, texts.Count, readings.Model.Version));
        Labelled[] labelled = [.. readable.Select(i => new Labelled(texts[i], jobs[i]!))];
        var figures = task switch
        {
            "emotion" => Emotions(labelled, readings),
            "irony" => await IronyAsync(labelled, readings),
            _ => await PolarityAsync(labelled, readings),
        };
        foreach (var figure in figures)
        {
            report(figure);
        }
    }

    private static IReadOnlyList<LabelledText> Read(string file)
    {
        try
        {
            return LabelledTexts.Read(file);
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new BenchUsageException(problem.Message);
        }
    }

    // Two labels are negative and positive, three have neutral between them.
    private static async Task<List<Figure>> PolarityAsync(Labelled[] texts, TextReadings readings)
    {
        var said = await readings.ReadAsync([.. texts.Select(static t => t.Job)]);
        var highest = texts.Max(static t => t.Text.Labels.Max());
        if (highest > 2)
        {
            throw new BenchUsageException($"polarity takes labels 0 to 2, or stars; the file has {highest}.");
        }

        string[] names = highest < 2 ? ["negative", "positive"] : Polarities;
        var judged = new Classification(names.Length);
        var groups = new SortedDictionary<string, Classification>(StringComparer.Ordinal);
        for (var i = 0; i < texts.Length; i++)
        {
            var (negative, neutral, positive) = (said[i].Negative, said[i].Neutral, said[i].Positive);
            var either = Math.Max(1e-9f, negative + positive);
            float[] p = names.Length == 2 ? [negative / either, positive / either] : [negative, neutral, positive];
            judged.Add(texts[i].Text.Labels.First(), p);
            if (texts[i].Text.Group is { Length: > 0 } group)
            {
                groups.TryAdd(group, new Classification(names.Length));
                groups[group].Add(texts[i].Text.Labels.First(), p);
            }
        }

        ReliabilityPlot.Draw(judged, Console.Error);
        return
        [
            .. Of("polarity", judged, judged.CalibrationError, names, readings.Model.Version),
            .. groups.Select(group => Of("models", $"polarity macro_f1 {group.Key}", group.Value.MacroF1, group.Value.Total, readings.Model.Version)),
        ];
    }

    private static async Task<List<Figure>> IronyAsync(Labelled[] texts, TextReadings readings)
    {
        var said = await readings.ReadAsync([.. texts.Select(static t => t.Job)]);
        // What is called ironic is what the model's own threshold says, which seeks F1; the probabilities are judged as they are.
        var threshold = readings.Model.Onnx.Read<float>("irony_threshold");
        var (judged, probabilities) = (new Classification(2), new Classification(2));
        for (var i = 0; i < texts.Length; i++)
        {
            var (truth, ironic) = (texts[i].Text.Labels.First() == 0 ? 0 : 1, said[i].Irony);
            judged.Add(truth, ironic > threshold ? [0, 1] : [1, 0]);
            probabilities.Add(truth, [1 - ironic, ironic]);
        }

        ReliabilityPlot.Draw(probabilities, Console.Error);
        return [.. Of("irony", judged, probabilities.CalibrationError, ["plain", "ironic"], readings.Model.Version)];
    }

    private static List<Figure> Emotions(Labelled[] texts, TextReadings readings)
    {
        var labels = readings.Model.Onnx.Read<string[]>("labels");
        var thresholds = readings.Model.Onnx.Read<float[]>("label_thresholds");
        var judged = new LabelScores(labels.Length);
        foreach (var (text, job) in texts)
        {
            judged.Add(text.Labels, readings.ReadOutput(job, "labels"), thresholds);
        }

        var version = readings.Model.Version;
        return
        [
            Of("models", "emotion macro_f1", judged.MacroF1, judged.Total, version),
            Of("models", "emotion micro_f1", judged.MicroF1, judged.Total, version),
            .. labels.Select((name, k) => Of("models", $"emotion f1 {name}", judged.F1(k), judged.Support(k), version)),
        ];
    }

    private static IEnumerable<Figure> Of(string task, Classification judged, double calibrationError, string[] names, string version) =>
    [
        Of("models", $"{task} accuracy", judged.Accuracy, judged.Total, version),
        Of("models", $"{task} macro_f1", judged.MacroF1, judged.Total, version),
        Of("models", $"{task} calibration_error", calibrationError, judged.Total, version),
        .. names.Select((name, k) => Of("models", $"{task} f1 {name}", judged.F1(k), judged.Support(k), version)),
    ];

    private static Figure Of(string bench, string name, double value, long samples, string version) => new()
    {
        Bench = bench,
        Case = name,
        Value = Math.Round(value, 4),
        Unit = "share",
        Samples = samples,
        Note = version,
        PackageMode = Build.PackageMode,
    };

    private readonly record struct Labelled(LabelledText Text, Personalization.Scoring.Text.TextJob Job);
}

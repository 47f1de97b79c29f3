using Personalization.Benchmarks.Reporting;
using Personalization.Domain.Scoring;
using Personalization.LoadTest.Measuring;
using Personalization.Scoring.Text;

namespace Personalization.Benchmarks.Models;

/// <summary>Texts and what people say of them; each task takes other labels.</summary>
internal abstract class TextTask : IModelTask
{
    /// <summary>What the labels are of.</summary>
    protected abstract string Name { get; }

    public async Task<IEnumerable<Figure>> RunAsync(string set, BenchOptions options)
    {
        await using var readings = new TextReadings(options.Device);
        var texts = LabelledTexts.Read(set);
        var jobs = texts.Select(readings.Prepare).ToArray();
        LabelledJob[] readable = [.. texts.Zip(jobs).Where(static each => each.Second is not null).Select(static each => new LabelledJob(each.First, each.Second!))];
        if (readable.Length == 0)
        {
            throw new InvalidDataException($"{set}: there is no text in it that can be read.");
        }

        var figures = new ModelFigures(set, readings.Model.Version, Console.Error);
        return
        [
            figures.Of($"{Name} readable", (double)readable.Length / texts.Count, texts.Count),
            .. await JudgeAsync(readable, readings, figures),
        ];
    }

    /// <summary>Has the texts read and compares.</summary>
    protected abstract Task<IEnumerable<Figure>> JudgeAsync(LabelledJob[] texts, TextReadings readings, ModelFigures figures);

    /// <summary>The one label of a text.</summary>
    /// <exception cref="InvalidDataException">It has several, or one that the task does not know.</exception>
    protected int LabelOf(LabelledText text, int classes) => text.Labels is [var label] && label < classes
        ? label
        : throw new InvalidDataException(
            $"{text.Place}: the label is '{string.Join(',', text.Labels)}'; {Name} takes one of 0 to {classes - 1}, or stars where it takes 0 to 2.");

    /// <summary>A text and what it asks of the model.</summary>
    protected readonly record struct LabelledJob(LabelledText Text, TextJob Job);
}

/// <summary>Negative, neutral, positive; or, where a file has the labels 0 and 1 alone, negative and positive.</summary>
internal sealed class PolarityTask : TextTask
{
    private static readonly string[] Polarities = ["negative", "neutral", "positive"];

    protected override string Name => "polarity";

    protected override async Task<IEnumerable<Figure>> JudgeAsync(LabelledJob[] texts, TextReadings readings, ModelFigures figures)
    {
        var said = await readings.ReadAsync([.. texts.Select(static t => t.Job)]);
        var labels = texts.Select(t => LabelOf(t.Text, Polarities.Length)).ToArray();
        string[] names = labels.Max() < 2 ? ["negative", "positive"] : Polarities;
        var judged = new Classification(names.Length);
        var groups = new SortedDictionary<string, Classification>(StringComparer.Ordinal);
        for (var i = 0; i < texts.Length; i++)
        {
            var p = Probabilities(said[i], names.Length);
            judged.Add(labels[i], p);
            if (texts[i].Text.Group is { Length: > 0 } group)
            {
                groups.TryAdd(group, new Classification(names.Length));
                groups[group].Add(labels[i], p);
            }
        }

        return
        [
            .. figures.Of(Name, judged, names),
            .. groups.Select(group => figures.Of($"polarity macro_f1 {group.Key}", group.Value.MacroF1, group.Value.Total)),
        ];
    }

    private static float[] Probabilities(in TextReading said, int classes)
    {
        var either = Math.Max(1e-9f, said.Negative + said.Positive);
        return classes == 2 ? [said.Negative / either, said.Positive / either] : [said.Negative, said.Neutral, said.Positive];
    }
}

/// <summary>Whether a text is meant ironically, told by the threshold that the model's trainer chose.</summary>
internal sealed class IronyTask : TextTask
{
    protected override string Name => "irony";

    protected override async Task<IEnumerable<Figure>> JudgeAsync(LabelledJob[] texts, TextReadings readings, ModelFigures figures)
    {
        var threshold = readings.Model.Onnx.Read<float>("irony_threshold");
        var said = await readings.ReadAsync([.. texts.Select(static t => t.Job)]);
        var judged = new Classification(2);
        for (var i = 0; i < texts.Length; i++)
        {
            var predicted = said[i].Irony > threshold ? 1 : 0;
            judged.Add(LabelOf(texts[i].Text, 2), predicted, predicted == 1 ? said[i].Irony : 1 - said[i].Irony);
        }

        return figures.Of(Name, judged, ["plain", "ironic"]);
    }
}

/// <summary>GoEmotions' labels, of which a text may have several.</summary>
internal sealed class EmotionTask : TextTask
{
    protected override string Name => "emotion";

    protected override async Task<IEnumerable<Figure>> JudgeAsync(LabelledJob[] texts, TextReadings readings, ModelFigures figures)
    {
        var thresholds = readings.Model.Onnx.Read<float[]>("label_thresholds");
        var (judged, said) = (new LabelScores(FineEmotions.Count), await readings.ReadAsync([.. texts.Select(static t => t.Job)]));
        var (each, likeliest) = (new List<(float, bool)>(texts.Length * FineEmotions.Count), new List<(float, bool)>(texts.Length));
        for (var i = 0; i < texts.Length; i++)
        {
            var truth = LabelsOf(texts[i].Text);
            var fine = said[i].Fine;
            ReadOnlySpan<float> probabilities = fine;
            judged.Add(truth, probabilities, thresholds);
            var best = 0;
            for (var k = 0; k < FineEmotions.Count; k++)
            {
                each.Add((probabilities[k], truth.Contains(k)));
                best = probabilities[k] > probabilities[best] ? k : best;
            }

            likeliest.Add((probabilities[best], truth.Contains(best)));
        }

        return Figures(figures, judged, new BinaryScores(each), new BinaryScores(likeliest));
    }

    private static HashSet<int> LabelsOf(LabelledText text) => text.Labels.Any(static label => label >= FineEmotions.Count)
        ? throw new InvalidDataException($"{text.Place}: the labels are '{string.Join(',', text.Labels)}'; emotion takes 0 to {FineEmotions.Count - 1}.")
        : [.. text.Labels];

    // Most labels are missing from most texts, which is easily said: the likeliest label alone is the harder test.
    private static IEnumerable<Figure> Figures(ModelFigures figures, LabelScores judged, BinaryScores each, BinaryScores likeliest)
    {
        figures.Draw("emotion, every label of every text: mean probability (said) beside how often it is there (right)", each.Reliability());
        figures.Draw("emotion, the likeliest label: mean probability (said) beside how often it is there (right)", likeliest.Reliability());
        return
        [
            figures.Of("emotion macro_f1", judged.MacroF1, judged.Total),
            figures.Of("emotion micro_f1", judged.MicroF1, judged.Total),
            figures.Of("emotion calibration_error", each.CalibrationError, judged.Total),
            figures.Of("emotion calibration_error of the likeliest", likeliest.CalibrationError, judged.Total),
            .. FineEmotions.Names.Select((name, k) => figures.Of($"emotion f1 {name}", judged.F1(k), judged.Support(k))),
        ];
    }
}

using System.Globalization;
using Personalization.Benchmarks.Benches;
using Personalization.Benchmarks.Plots;
using Personalization.Benchmarks.Reporting;
using Personalization.LoadTest.Measuring;

namespace Personalization.Benchmarks.Models;

/// <summary>Makes figures of what a model said of a file, and prints tables and plots beside them.</summary>
/// <param name="set">The file. Whether the model was trained on it the figures cannot know, so they name it.</param>
/// <param name="version">The model.</param>
/// <param name="output">Where tables and plots go.</param>
internal sealed class ModelFigures(string set, string version, TextWriter output)
{
    /// <summary>One figure.</summary>
    public Figure Of(string name, double value, long samples) => new()
    {
        Bench = "models",
        Case = name,
        Value = Math.Round(value, 4),
        Unit = "share",
        Samples = samples,
        Note = $"{version} on {Path.GetFileName(Path.TrimEndingDirectorySeparator(set))}",
        PackageMode = Build.PackageMode,
    };

    /// <summary>The figures of a classifier; prints its table and plot.</summary>
    public IEnumerable<Figure> Of(string task, Classification judged, IReadOnlyList<string> names)
    {
        Table(task, judged, names);
        ReliabilityPlot.Draw($"{task}: mean probability of what was predicted (said) beside how often it was right", judged.Reliability(), output);
        return
        [
            Of($"{task} accuracy", judged.Accuracy, judged.Total),
            Of($"{task} macro_f1", judged.MacroF1, judged.Total),
            Of($"{task} calibration_error", judged.CalibrationError, judged.Total),
            .. names.Select((name, k) => Of($"{task} f1 {name}", judged.F1(k), judged.Support(k))),
        ];
    }

    /// <summary>Draws a reliability plot.</summary>
    public void Draw(string title, IEnumerable<(double Said, double Right, long Count)> bins) => ReliabilityPlot.Draw(title, bins, output);

    private void Table(string task, Classification judged, IReadOnlyList<string> names)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{task,-14} {"n",7} {"f1",6} {"precision",10} {"recall",7}"));
        for (var k = 0; k < names.Count; k++)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {names[k],-12} {judged.Support(k),7} {judged.F1(k),6:0.000} {judged.Precision(k),10:0.000} {judged.Recall(k),7:0.000}"));
        }
    }
}

namespace Personalization.LoadTest.Measuring;

/// <summary>How well labels are found of which a text may have several.</summary>
/// <param name="labels">How many labels there are.</param>
internal sealed class LabelScores(int labels)
{
    private readonly long[] _found = new long[labels];
    private readonly long[] _said = new long[labels];
    private readonly long[] _there = new long[labels];

    /// <summary>How many texts were judged.</summary>
    public long Total { get; private set; }

    /// <summary>The mean of the labels' F1, each counting alike however rare it is.</summary>
    public double MacroF1 => Enumerable.Range(0, labels).Average(F1);

    /// <summary>F1 over all labels thrown together.</summary>
    public double MicroF1 => F1(_found.Sum(), _said.Sum(), _there.Sum());

    /// <summary>Counts one text.</summary>
    /// <param name="truth">The labels that it has.</param>
    /// <param name="probabilities">What was said of each label.</param>
    /// <param name="thresholds">Above which each counts as said.</param>
    public void Add(IReadOnlySet<int> truth, ReadOnlySpan<float> probabilities, ReadOnlySpan<float> thresholds)
    {
        Total++;
        for (var k = 0; k < labels; k++)
        {
            var (said, there) = (probabilities[k] > thresholds[k], truth.Contains(k));
            _said[k] += said ? 1 : 0;
            _there[k] += there ? 1 : 0;
            _found[k] += said && there ? 1 : 0;
        }
    }

    /// <summary>How many texts have a label.</summary>
    public long Support(int k) => _there[k];

    /// <summary>The harmonic mean of precision and recall of a label; 0 when it was neither there nor said.</summary>
    public double F1(int k) => F1(_found[k], _said[k], _there[k]);

    private static double F1(long found, long said, long there) => said + there == 0 ? 0 : 2.0 * found / (said + there);
}

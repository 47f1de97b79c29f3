namespace Personalization.LoadTest.Measuring;

/// <summary>How well a classifier tells classes apart, and whether its probabilities mean what they say.</summary>
/// <param name="classes">How many classes there are; at least 2.</param>
internal sealed class Classification(int classes)
{
    /// <summary>Bins of equal width into which the likeliest class's probability falls.</summary>
    public const int Bins = 15;

    private readonly long[,] _counts = new long[classes, classes];
    private readonly double[] _confidence = new double[Bins];
    private readonly long[] _right = new long[Bins];
    private readonly long[] _inBin = new long[Bins];

    /// <summary>How many were judged.</summary>
    public long Total { get; private set; }

    /// <summary>The share that is right.</summary>
    public double Accuracy => (double)Enumerable.Range(0, classes).Sum(k => _counts[k, k]) / Total;

    /// <summary>The mean of the classes' F1, each counting alike however rare it is.</summary>
    public double MacroF1 => Enumerable.Range(0, classes).Average(F1);

    /// <summary>Expected calibration error of the predicted class (Naeini, Cooper and Hauskrecht 2015).</summary>
    public double CalibrationError =>
        Enumerable.Range(0, Bins).Where(bin => _inBin[bin] > 0).Sum(bin => Math.Abs(_confidence[bin] - _right[bin])) / Total;

    /// <summary>Counts one.</summary>
    /// <param name="truth">Its class, from 0.</param>
    /// <param name="probabilities">What was said of each class; the likeliest is what was predicted.</param>
    public void Add(int truth, ReadOnlySpan<float> probabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(probabilities.Length, classes);
        var predicted = 0;
        for (var k = 1; k < classes; k++)
        {
            predicted = probabilities[k] > probabilities[predicted] ? k : predicted;
        }

        Add(truth, predicted, probabilities[predicted]);
    }

    /// <summary>Counts one of which something else than the likeliest class may have been predicted.</summary>
    /// <param name="truth">Its class, from 0.</param>
    /// <param name="predicted">The class that was predicted.</param>
    /// <param name="probability">What was said of that class.</param>
    public void Add(int truth, int predicted, float probability)
    {
        _counts[truth, predicted]++;
        Total++;
        var bin = Math.Clamp((int)(probability * Bins), 0, Bins - 1);
        _confidence[bin] += probability;
        _right[bin] += predicted == truth ? 1 : 0;
        _inBin[bin]++;
    }

    /// <summary>How many are of a class.</summary>
    public long Support(int k) => Enumerable.Range(0, classes).Sum(other => _counts[k, other]);

    /// <summary>The harmonic mean of precision and recall of a class; 0 when it was neither found nor said.</summary>
    public double F1(int k) => Support(k) + Predicted(k) == 0 ? 0 : 2.0 * _counts[k, k] / (Support(k) + Predicted(k));

    /// <summary>The share of what was said to be of a class that is; 0 when nothing was.</summary>
    public double Precision(int k) => Predicted(k) == 0 ? 0 : (double)_counts[k, k] / Predicted(k);

    /// <summary>The share of a class that was found; 0 when there is none of it.</summary>
    public double Recall(int k) => Support(k) == 0 ? 0 : (double)_counts[k, k] / Support(k);

    /// <summary>The bins that have any: mean probability said, share that was right, and how many.</summary>
    public IEnumerable<(double Said, double Right, long Count)> Reliability() =>
        Enumerable.Range(0, Bins).Where(bin => _inBin[bin] > 0)
            .Select(bin => (_confidence[bin] / _inBin[bin], (double)_right[bin] / _inBin[bin], _inBin[bin]));

    private long Predicted(int k) => Enumerable.Range(0, classes).Sum(other => _counts[other, k]);
}

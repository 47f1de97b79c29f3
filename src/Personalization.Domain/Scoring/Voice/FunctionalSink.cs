using System.Collections.Immutable;

namespace Personalization.Domain.Scoring.Voice;

/// <summary>
/// Takes functionals in order: their values, or, once, their names, so that the two cannot come apart.
/// </summary>
internal sealed class FunctionalSink(Half[]? values, ImmutableArray<string>.Builder? names)
{
    // The largest half-precision number; nothing that is measured comes near, but infinity would poison whatever it meets.
    private const float Largest = 65504;
    private int _count;

    /// <summary>The 10th percentile of the latest <see cref="Spread"/>.</summary>
    public float P10 { get; private set; }

    /// <summary>The median of the latest <see cref="Spread"/>.</summary>
    public float P50 { get; private set; }

    /// <summary>The 90th percentile of the latest <see cref="Spread"/>.</summary>
    public float P90 { get; private set; }

    /// <summary>Takes one number.</summary>
    public void Add(string contour, string functional, float value)
    {
        names?.Add($"{contour}.{functional}");
        if (values is not null)
        {
            values[_count] = (Half)(float.IsFinite(value) ? Math.Clamp(value, -Largest, Largest) : 0);
        }

        _count++;
    }

    /// <summary>Takes a contour's mean.</summary>
    public void Mean(string contour, ReadOnlySpan<float> contourValues) => Add(contour, "mean", Contour.Moments(contourValues).Mean);

    /// <summary>Takes a contour's mean, deviation and outer percentiles.</summary>
    public void Spread(string contour, ReadOnlySpan<float> contourValues)
    {
        var (mean, deviation) = Contour.Moments(contourValues);
        var sorted = contourValues.ToArray();
        Array.Sort(sorted);
        (P10, P50, P90) = (Contour.Quantile(sorted, 0.1f), Contour.Quantile(sorted, 0.5f), Contour.Quantile(sorted, 0.9f));
        Add(contour, "mean", mean);
        Add(contour, "std", deviation);
        Add(contour, "p10", P10);
        Add(contour, "p90", P90);
    }
}

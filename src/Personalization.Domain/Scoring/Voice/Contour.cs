namespace Personalization.Domain.Scoring.Voice;

/// <summary>Numbers about a run of numbers. Of nothing, everything is 0.</summary>
internal static class Contour
{
    /// <summary>Mean and standard deviation.</summary>
    public static (float Mean, float Deviation) Moments(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
        {
            return default;
        }

        double sum = 0, squares = 0;
        foreach (var value in values)
        {
            sum += value;
        }

        var mean = sum / values.Length;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return ((float)mean, (float)Math.Sqrt(squares / values.Length));
    }

    /// <summary>A quantile of values in ascending order, between two neighbours where it falls between them.</summary>
    public static float Quantile(ReadOnlySpan<float> sorted, float share)
    {
        if (sorted.IsEmpty)
        {
            return 0;
        }

        var at = share * (sorted.Length - 1);
        var low = (int)at;
        return low + 1 < sorted.Length ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
    }

    /// <summary>Slope of the least-squares line of values over their times.</summary>
    public static float Trend(ReadOnlySpan<float> values, ReadOnlySpan<float> times)
    {
        var (meanValue, _) = Moments(values);
        var (meanTime, deviation) = Moments(times);
        if (deviation <= 0)
        {
            return 0;
        }

        double products = 0;
        for (var i = 0; i < values.Length; i++)
        {
            products += (values[i] - meanValue) * (times[i] - meanTime);
        }

        return (float)(products / values.Length / (deviation * deviation));
    }
}

namespace Personalization.Domain.Recommendations.Policies;

/// <summary>What the exploration rules share.</summary>
internal static class Probabilities
{
    /// <summary>The index of the largest value, the first of equals.</summary>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] > values[best])
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>Scales weights to sum to 1 − floor and adds floor/n to each.</summary>
    public static void NormaliseWithFloor(Span<double> weights, double floor)
    {
        var sum = 0.0;
        foreach (var weight in weights)
        {
            sum += weight;
        }

        var share = floor / weights.Length;
        var scale = (1 - floor) / sum;
        foreach (ref var weight in weights)
        {
            weight = (weight * scale) + share;
        }
    }
}

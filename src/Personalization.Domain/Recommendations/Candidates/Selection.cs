using System.Runtime.CompilerServices;

namespace Personalization.Domain.Recommendations.Candidates;

/// <summary>Finding the largest of some numbers without sorting them.</summary>
internal static class Selection
{
    /// <summary>The n-th largest of some values, from 0; their order is changed (quickselect: Hoare, 1961).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float NthLargest(Span<float> values, int n)
    {
        var (low, high) = (0, values.Length - 1);
        while (low < high)
        {
            var pivot = MedianOfThree(values[low], values[low + ((high - low) / 2)], values[high]);
            var (i, j) = (low, high);
            while (i <= j)
            {
                while (values[i] > pivot)
                {
                    i++;
                }

                while (values[j] < pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }

            if (n <= j)
            {
                high = j;
            }
            else if (n >= i)
            {
                low = i;
            }
            else
            {
                break;
            }
        }

        return values[n];
    }

    private static float MedianOfThree(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}

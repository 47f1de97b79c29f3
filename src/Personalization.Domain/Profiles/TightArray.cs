namespace Personalization.Domain.Profiles;

/// <summary>
/// Arrays that hold what there is and little more. There is one of each for every shopper who is in memory, and most have a
/// few things in them: what is left free costs more than what growing again costs.
/// </summary>
internal static class TightArray
{
    /// <summary>Makes room for one more.</summary>
    /// <param name="items">The array; null for one that holds nothing yet. A larger one when it was full.</param>
    /// <param name="count">How many it holds.</param>
    /// <param name="most">How many it will ever hold; more than <paramref name="count"/>.</param>
    public static void Reserve<T>([System.Diagnostics.CodeAnalysis.NotNull] ref T[]? items, int count, int most = int.MaxValue)
    {
        if (items is null || count == items.Length)
        {
            Array.Resize(ref items, Math.Min(most, count + 1 + (count / 2)));
        }
    }
}

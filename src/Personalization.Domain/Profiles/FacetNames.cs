using System.Collections.Concurrent;

namespace Personalization.Domain.Profiles;

/// <summary>
/// Names of facets as profiles that were read share them: a shop has some thousands, and each would otherwise be there once
/// for every shopper who was ever drawn to it. Safe for concurrent use; bounded, and what does not fit is not shared.
/// </summary>
internal static class FacetNames
{
    private const int Most = 1 << 16;
    private static readonly ConcurrentDictionary<ulong, string> s_names = new();

    // Asking the dictionary for its count locks all of it.
    private static int s_count;

    /// <summary>The string that a name is shared by.</summary>
    /// <param name="hash">The facet's identity.</param>
    /// <param name="name">Its name.</param>
    public static string Share(ulong hash, string name)
    {
        if (s_names.TryGetValue(hash, out var known))
        {
            return known == name ? known : name;
        }

        if (Volatile.Read(ref s_count) < Most && s_names.TryAdd(hash, name))
        {
            Interlocked.Increment(ref s_count);
        }

        return name;
    }
}

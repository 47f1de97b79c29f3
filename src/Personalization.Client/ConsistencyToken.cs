using System.Buffers;
using System.Globalization;
using System.Text;

namespace Personalization.Client;

/// <summary>
/// Joins consistency tokens. A token lists, for each partition that a write touched, the offset that a read must have
/// seen: <c>partition:offset</c>, joined by commas. Joined tokens keep the largest offset of each partition.
/// </summary>
public static class ConsistencyToken
{
    /// <summary>A token that stands for both: whoever waits for it has seen what is behind either.</summary>
    /// <param name="first">A token; empty or null for none.</param>
    /// <param name="second">A token; empty or null for none.</param>
    /// <returns>The joined token; empty when both are.</returns>
    /// <exception cref="FormatException">One of them is not a token.</exception>
    public static string Merge(string? first, string? second)
    {
        if (string.IsNullOrEmpty(second) || string.Equals(first, second, StringComparison.Ordinal))
        {
            return first ?? string.Empty;
        }

        if (string.IsNullOrEmpty(first))
        {
            return second;
        }

        var offsets = new SortedDictionary<int, long>();
        Read(first, offsets);
        Read(second, offsets);
        return Write(offsets);
    }

    /// <summary>The offset that a token names for a partition; 0 when it names none.</summary>
    /// <param name="token">The token; empty or null for none.</param>
    /// <param name="partition">The partition, from 0.</param>
    /// <exception cref="FormatException">It is not a token.</exception>
    public static long OffsetOf(string? token, int partition)
    {
        if (string.IsNullOrEmpty(token))
        {
            return 0;
        }

        foreach (var range in token.AsSpan().Split(','))
        {
            var (p, offset) = ReadPair(token.AsSpan(range));
            if (p == partition)
            {
                return offset;
            }
        }

        return 0;
    }

    private static void Read(string token, SortedDictionary<int, long> offsets)
    {
        foreach (var range in token.AsSpan().Split(','))
        {
            var (partition, offset) = ReadPair(token.AsSpan(range));
            offsets[partition] = offsets.TryGetValue(partition, out var known) ? Math.Max(known, offset) : offset;
        }
    }

    private static (int Partition, long Offset) ReadPair(ReadOnlySpan<char> pair)
    {
        var colon = pair.IndexOf(':');
        if (colon > 0
            && int.TryParse(pair[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(pair[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return (partition, offset);
        }

        throw new FormatException($"'{pair}' is not part of a consistency token: expected partition:offset.");
    }

    private static string Write(SortedDictionary<int, long> offsets)
    {
        var text = new StringBuilder(offsets.Count * 12);
        foreach (var (partition, offset) in offsets)
        {
            text.Append(text.Length == 0 ? "" : ",")
                .Append(CultureInfo.InvariantCulture, $"{partition}:{offset}");
        }

        return text.ToString();
    }
}

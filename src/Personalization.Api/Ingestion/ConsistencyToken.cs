using System.Globalization;
using System.Text;
using Personalization.Api.Validation;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Ingestion;

/// <summary>
/// What a caller holds to read its own writes: the last offset of each partition that a write went to, written as
/// <c>partition:offset</c> joined by commas, partitions growing. The empty text is the token of no write.
/// </summary>
internal static class ConsistencyToken
{
    private const string Form = "partition:offset pairs joined by commas, as a reply gave them";

    /// <summary>The token of one write.</summary>
    public static string Of(LogPosition position) => string.Create(CultureInfo.InvariantCulture, $"{position.Partition}:{position.Offset}");

    /// <summary>The token of the last offset of each partition; partitions with 0 were not written.</summary>
    public static string Of(ReadOnlySpan<long> lastOffsets)
    {
        var token = new StringBuilder();
        for (var partition = 0; partition < lastOffsets.Length; partition++)
        {
            if (lastOffsets[partition] > 0)
            {
                token.Append(token.Length == 0 ? string.Empty : ",")
                    .Append(CultureInfo.InvariantCulture, $"{partition}:{lastOffsets[partition]}");
            }
        }

        return token.ToString();
    }

    /// <summary>The token of a token's writes and one more.</summary>
    public static string Join(string token, LogPosition position, int partitionCount)
    {
        var lastOffsets = new long[partitionCount];
        lastOffsets[position.Partition] = position.Offset;
        foreach (var range in token.AsSpan().Split(','))
        {
            if (TryParsePair(token.AsSpan()[range], partitionCount, out var pair))
            {
                lastOffsets[pair.Partition] = Math.Max(lastOffsets[pair.Partition], pair.Offset);
            }
        }

        return Of(lastOffsets);
    }

    /// <summary>The offset that a token asks for in one partition; 0 when it asks for none there.</summary>
    /// <remarks>The whole token is checked, so that a spoiled one is refused whoever reads it.</remarks>
    public static long OffsetIn(int partition, int partitionCount, string token, FieldViolations violations, string field)
    {
        long wanted = 0;
        if (token.Length == 0)
        {
            return wanted;
        }

        foreach (var range in token.AsSpan().Split(','))
        {
            if (!TryParsePair(token.AsSpan()[range], partitionCount, out var pair))
            {
                violations.Add(field, $"is not a consistency token of this engine; allowed: {Form}, partitions 0 to {partitionCount - 1}");
                return 0;
            }

            if (pair.Partition == partition)
            {
                wanted = Math.Max(wanted, pair.Offset);
            }
        }

        return wanted;
    }

    private static bool TryParsePair(ReadOnlySpan<char> text, int partitionCount, out LogPosition pair)
    {
        var colon = text.IndexOf(':');
        if (colon > 0
            && int.TryParse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
            && long.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            && partition < partitionCount && offset > 0)
        {
            pair = new LogPosition(partition, offset);
            return true;
        }

        pair = default;
        return false;
    }
}

using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using StableHash = Personalization.Domain.Ingestion.StableHash;

namespace Personalization.Api.Validation;

/// <summary>
/// Page tokens: where the next page of a listing begins. Opaque to callers, bound to the listing's filter, and checked
/// against slips; they hold no secret and give no right.
/// </summary>
internal static class PageToken
{
    private const byte Version = 1;
    private const int HeaderLength = 1 + sizeof(ulong);

    /// <summary>The token of a place.</summary>
    /// <param name="filter">The listing's filter in some text form.</param>
    /// <param name="cursor">The place.</param>
    public static string Encode(string filter, string cursor)
    {
        var bytes = new byte[HeaderLength + Encoding.UTF8.GetByteCount(cursor)];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), Seal(filter, cursor));
        Encoding.UTF8.GetBytes(cursor, bytes.AsSpan(HeaderLength));
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>The place of a token; empty for the first page.</summary>
    public static string Decode(string filter, string token, FieldViolations violations, string field)
    {
        if (token.Length == 0)
        {
            return string.Empty;
        }

        if (token.Length <= 4096 && Base64Url.IsValid(token) && TryOpen(filter, Base64Url.DecodeFromChars(token), out var cursor))
        {
            return cursor;
        }

        violations.Add(field, "is not a page token of this listing; allowed: next_page_token of the page before, with the same filter");
        return string.Empty;
    }

    private static bool TryOpen(string filter, byte[] bytes, out string cursor)
    {
        cursor = bytes.Length > HeaderLength ? Encoding.UTF8.GetString(bytes.AsSpan(HeaderLength)) : string.Empty;
        return cursor.Length > 0 && bytes[0] == Version && BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(1)) == Seal(filter, cursor);
    }

    private static ulong Seal(string filter, string cursor) => StableHash.Of($"{filter}\n{cursor}");
}

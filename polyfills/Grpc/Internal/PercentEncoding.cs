using System.Buffers;
using System.Text;

namespace Grpc.Internal;

/// <summary>A <c>grpc-message</c>: UTF-8 in which everything but printable ASCII, and the percent sign, is escaped.</summary>
internal static class PercentEncoding
{
    private const string HexDigits = "0123456789ABCDEF";

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(character => character != '%')]);

    public static string Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        var utf8 = Encoding.UTF8.GetBytes(text);
        var encoded = new StringBuilder(utf8.Length * 2);
        foreach (var octet in utf8)
        {
            if (octet is >= (byte)' ' and <= (byte)'~' and not (byte)'%')
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append('%').Append(HexDigits[octet >> 4]).Append(HexDigits[octet & 0xF]);
            }
        }

        return encoded.ToString();
    }

    /// <summary>Undoes <see cref="Encode" />; an escape that is not one stays as it is, for no error may hide another.</summary>
    public static string Decode(string text) => text.Contains('%') ? Uri.UnescapeDataString(text) : text;
}

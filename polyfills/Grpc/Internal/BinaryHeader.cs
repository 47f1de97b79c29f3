using Grpc.Core;

namespace Grpc.Internal;

/// <summary>Headers of the HTTP layer as metadata, with "-bin" values in base64 with or without padding.</summary>
internal static class BinaryHeader
{
    public static bool IsBinary(string key) => key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase);

    public static byte[] Decode(string base64)
    {
        var padding = (base64.Length % 4) switch
        {
            0 => "",
            2 => "==",
            3 => "=",
            _ => throw new FormatException("Invalid base64 header value"),
        };
        return Convert.FromBase64String(base64 + padding);
    }
}

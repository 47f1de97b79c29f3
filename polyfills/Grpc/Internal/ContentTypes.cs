namespace Grpc.Internal;

/// <summary>Tells whether a content type is gRPC's.</summary>
internal static class ContentTypes
{
    /// <summary>The type itself, with parameters, or with a message format such as <c>+proto</c>.</summary>
    public static bool IsGrpc(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(WireNames.ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        return contentType.Length == WireNames.ContentType.Length || contentType[WireNames.ContentType.Length] is ';' or '+';
    }
}

namespace Grpc.Internal;

/// <summary>Names that the gRPC-over-HTTP/2 protocol gives to headers, and values that are fixed by it.</summary>
internal static class WireNames
{
    public const string ContentType = "application/grpc";
    public const string Identity = "identity";

    public const string Timeout = "grpc-timeout";
    public const string Encoding = "grpc-encoding";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";

    /// <summary>Never on the wire: metadata by which a caller or a handler asks for compression.</summary>
    public const string CompressionRequest = "grpc-internal-encoding-request";

    /// <summary>RST_STREAM and its HTTP/3 sibling say "cancelled" by these codes.</summary>
    public const int Http2Cancel = 0x8;

    public const int Http3Cancel = 0x10c;
}

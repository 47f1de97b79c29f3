using System.Net.Sockets;
using Grpc.Core;
using Grpc.Internal;

namespace Grpc.Net.Client.Internal;

/// <summary>A transport's exception as the status of the call that it ended.</summary>
internal static class TransportErrors
{
    public static Status ToStatus(string summary, Exception error) =>
        new(FindCode(error), $"{summary} {ExceptionText.Describe(error)}", error);

    private static StatusCode FindCode(Exception error)
    {
        StatusCode? protocol = null;
        var isConnection = false;
        for (var current = error; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case HttpProtocolException reset:
                    protocol = FromReset(reset.ErrorCode);
                    break;
                case SocketException or IOException:
                    isConnection = true;
                    break;
            }
        }

        return protocol ?? (isConnection ? StatusCode.Unavailable : StatusCode.Internal);
    }

    /// <summary>The error codes of HTTP/2 and HTTP/3, whose ranges are apart, after the protocol's table.</summary>
    private static StatusCode FromReset(long code) => code switch
    {
        0x7 or 0x10b => StatusCode.Unavailable,
        WireNames.Http2Cancel or WireNames.Http3Cancel => StatusCode.Cancelled,
        0xb or 0x107 => StatusCode.ResourceExhausted,
        0xc => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };
}

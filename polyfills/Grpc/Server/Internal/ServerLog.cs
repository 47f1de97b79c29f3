using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What the server says of its calls.</summary>
internal static partial class ServerLog
{
    public const string Category = "Grpc.AspNetCore.Server.ServerCallHandler";

    [LoggerMessage(6, LogLevel.Error, "Error when executing service method '{Method}'.", EventName = "ErrorExecutingServiceMethod")]
    public static partial void MethodFailed(ILogger logger, string method, Exception error);

    [LoggerMessage(7, LogLevel.Information, "Service method '{Method}' canceled.", EventName = "ServiceMethodCanceled")]
    public static partial void MethodCancelled(ILogger logger, string method, Exception error);

    [LoggerMessage(
        8, LogLevel.Information, "Error status code '{StatusCode}' with detail '{Detail}' raised.", EventName = "RpcConnectionError")]
    public static partial void StatusRaised(ILogger logger, StatusCode statusCode, string detail, Exception? debugException);

    [LoggerMessage(9, LogLevel.Information, "Request content-type of '{ContentType}' is not supported.", EventName = "UnsupportedRequestContentType")]
    public static partial void UnsupportedContentType(ILogger logger, string? contentType);

    [LoggerMessage(10, LogLevel.Information, "Request protocol of '{Protocol}' is not supported.", EventName = "UnsupportedRequestProtocol")]
    public static partial void UnsupportedProtocol(ILogger logger, string protocol);

    [LoggerMessage(11, LogLevel.Debug, "Deadline of {Timeout} exceeded.", EventName = "DeadlineExceeded")]
    public static partial void DeadlineExceeded(ILogger logger, TimeSpan timeout);

    [LoggerMessage(12, LogLevel.Error, "Error occurred while trying to cancel the request.", EventName = "DeadlineCancellationError")]
    public static partial void DeadlineFailed(ILogger logger, Exception error);

    [LoggerMessage(13, LogLevel.Debug, "Invalid grpc-timeout header value '{Timeout}' has been ignored.", EventName = "InvalidTimeoutIgnored")]
    public static partial void InvalidTimeout(ILogger logger, string timeout);

    [LoggerMessage(14, LogLevel.Information, "'{Path}' is unimplemented: {Detail}", EventName = "Unimplemented")]
    public static partial void Unimplemented(ILogger logger, string? path, string detail);

    [LoggerMessage(15, LogLevel.Debug, "Could not find a bind method for {ServiceType}.", EventName = "BindMethodNotFound")]
    public static partial void BindMethodNotFound(ILogger logger, Type serviceType);
}

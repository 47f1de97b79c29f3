using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.Net.Client.Internal;

/// <summary>What a channel says of its calls.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(1, LogLevel.Debug, "Starting gRPC call. Method type: '{MethodType}', URI: '{Uri}'.", EventName = "StartingCall")]
    public static partial void Starting(ILogger logger, MethodType methodType, Uri uri);

    [LoggerMessage(
        3, LogLevel.Information, "Call failed with gRPC error status. Status code: '{StatusCode}', Message: '{Message}'.", EventName = "GrpcStatusError")]
    public static partial void Failed(ILogger logger, StatusCode statusCode, string message, Exception? debugException);

    [LoggerMessage(
        19, LogLevel.Warning, "The configured CallCredentials were not used because the call does not use TLS.", EventName = "CallCredentialsNotUsed")]
    public static partial void CredentialsNotUsed(ILogger logger);

    [LoggerMessage(28, LogLevel.Error, "Error parsing trailers.", EventName = "ErrorParsingTrailers")]
    public static partial void TrailersMalformed(ILogger logger, Exception error);
}

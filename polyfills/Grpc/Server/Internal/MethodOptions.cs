using System.IO.Compression;
using Grpc.Internal;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What holds for the calls of one method: the service's options over those of all services.</summary>
internal sealed class MethodOptions
{
    public const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    private MethodOptions(GrpcServiceOptions all, GrpcServiceOptions service)
    {
        Compression = new MessageCompression([.. service.CompressionProviders, .. all.CompressionProviders]);
        Interceptors = [.. all.Interceptors, .. service.Interceptors];
        MaxSendMessageSize = service.MaxSendMessageSizeSpecified ? service.MaxSendMessageSize : all.MaxSendMessageSize;
        MaxReceiveMessageSize = ReceiveLimit(all, service);
        EnableDetailedErrors = service.EnableDetailedErrors ?? all.EnableDetailedErrors ?? false;
        ResponseEncoding = service.ResponseCompressionAlgorithm ?? all.ResponseCompressionAlgorithm;
        ResponseCompressionLevel = service.ResponseCompressionLevel ?? all.ResponseCompressionLevel;
        if (ResponseEncoding is not null && Compression.Find(ResponseEncoding) is null)
        {
            throw new InvalidOperationException(
                $"The configured response compression algorithm '{ResponseEncoding}' does not have a matching compression provider.");
        }
    }

    public MessageCompression Compression { get; }

    public IReadOnlyList<InterceptorRegistration> Interceptors { get; }

    public int? MaxSendMessageSize { get; }

    public int? MaxReceiveMessageSize { get; }

    public bool EnableDetailedErrors { get; }

    public string? ResponseEncoding { get; }

    public CompressionLevel? ResponseCompressionLevel { get; }

    public static MethodOptions Create(GrpcServiceOptions all, GrpcServiceOptions service) => new(all, service);

    private static int? ReceiveLimit(GrpcServiceOptions all, GrpcServiceOptions service)
    {
        if (service.MaxReceiveMessageSizeSpecified)
        {
            return service.MaxReceiveMessageSize;
        }

        return all.MaxReceiveMessageSizeSpecified ? all.MaxReceiveMessageSize : DefaultMaxReceiveMessageSize;
    }
}

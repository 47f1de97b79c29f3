using Grpc.Core;

namespace Grpc.Internal;

/// <summary>What is wrong with a message, as the status that its call ends with.</summary>
internal static class WireErrors
{
    public static RpcException SentTooLarge() => Create(
        StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size.");

    public static RpcException ReceivedTooLarge() => Create(
        StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");

    public static RpcException CompressedWithoutEncoding() => Create(
        StatusCode.Internal, "Request did not include grpc-encoding value with compressed message.");

    public static RpcException CompressedAsIdentity() => Create(
        StatusCode.Internal, "Request sent 'identity' grpc-encoding value with compressed message.");

    public static RpcException UnknownEncoding(string encoding, string supported) => Create(
        StatusCode.Unimplemented, $"Unsupported grpc-encoding value '{encoding}'. Supported encodings: {supported}");

    public static RpcException AdditionalData() => Create(StatusCode.Internal, "Additional data after the message received.");

    public static RpcException IncompleteMessage() => Create(StatusCode.Internal, "Incomplete message.");

    public static RpcException ReadCancelled() => Create(StatusCode.Internal, "Incoming message cancelled.");

    private static RpcException Create(StatusCode code, string detail) => new(new Status(code, detail));
}

using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal.Streams;

/// <summary>Writes messages to a response's body.</summary>
internal static class MessageWriting
{
    /// <summary>Serializes a message into the response without flushing it.</summary>
    public static void Write<T>(ServerCall call, T message, Action<T, SerializationContext> serializer) =>
        call.FrameWriter.Write(
            message,
            serializer,
            call.HttpContext.Response.BodyWriter,
            call.MessageCompression,
            call.Options.ResponseCompressionLevel,
            call.Options.MaxSendMessageSize);
}

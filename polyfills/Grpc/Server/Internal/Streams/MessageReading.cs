using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Internal;

namespace Grpc.AspNetCore.Server.Internal.Streams;

/// <summary>Reads messages from a request's body, where they lie.</summary>
internal static class MessageReading
{
    /// <summary>The one message of a body that has exactly one.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<T> ReadSingleAsync<T>(PipeReader body, ServerCall call, Func<DeserializationContext, T> deserializer)
        where T : class
    {
        T? message = null;
        while (true)
        {
            var result = await body.ReadAsync();
            if (result.IsCanceled)
            {
                throw WireErrors.ReadCancelled();
            }

            var buffer = result.Buffer;
            try
            {
                if (message is null)
                {
                    message = TryRead(ref buffer, call, deserializer);
                }

                if (message is not null && !buffer.IsEmpty)
                {
                    throw WireErrors.AdditionalData();
                }

                if (result.IsCompleted)
                {
                    return message ?? throw WireErrors.IncompleteMessage();
                }
            }
            finally
            {
                body.AdvanceTo(buffer.Start, buffer.End);
            }
        }
    }

    /// <summary>The next message; null when the body has ended between messages.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<T?> ReadNextAsync<T>(
        PipeReader body, ServerCall call, Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            var result = await body.ReadAsync(cancellationToken);
            if (result.IsCanceled)
            {
                throw WireErrors.ReadCancelled();
            }

            var buffer = result.Buffer;
            T? message = null;
            try
            {
                message = TryRead(ref buffer, call, deserializer);
                if (message is not null)
                {
                    return message;
                }

                if (result.IsCompleted)
                {
                    return buffer.IsEmpty ? null : throw WireErrors.IncompleteMessage();
                }
            }
            finally
            {
                // What follows a whole message has not been looked at; a piece of one has, and more is needed.
                body.AdvanceTo(buffer.Start, message is null ? buffer.End : buffer.Start);
            }
        }
    }

    private static T? TryRead<T>(ref ReadOnlySequence<byte> buffer, ServerCall call, Func<DeserializationContext, T> deserializer)
        where T : class
    {
        if (!FrameHeader.TryRead(buffer, out var header))
        {
            return null;
        }

        // Before the message is here: a length is no reason to buffer that much.
        if (header.Length > call.Options.MaxReceiveMessageSize)
        {
            throw WireErrors.ReceivedTooLarge();
        }

        if (buffer.Length < FrameHeader.Size + header.Length)
        {
            return null;
        }

        var payload = buffer.Slice(FrameHeader.Size, header.Length);
        var message = header.IsCompressed ? Decompress(payload, call, deserializer) : call.Payload.Read(payload, deserializer);
        buffer = buffer.Slice(payload.End);
        return message;
    }

    private static T Decompress<T>(in ReadOnlySequence<byte> payload, ServerCall call, Func<DeserializationContext, T> deserializer)
    {
        var encoding = call.RequestEncoding ?? throw WireErrors.CompressedWithoutEncoding();
        if (encoding == WireNames.Identity)
        {
            throw WireErrors.CompressedAsIdentity();
        }

        var compression = call.Options.Compression;
        if (compression.Find(encoding) is not { } provider)
        {
            if (!call.HttpContext.Response.HasStarted)
            {
                call.HttpContext.Response.Headers.GrpcAcceptEncoding = compression.AcceptEncoding;
            }

            throw WireErrors.UnknownEncoding(encoding, compression.AcceptEncoding);
        }

        using var message = new PooledBufferWriter();
        MessageCompression.Decompress(provider, payload, message, call.Options.MaxReceiveMessageSize);
        return call.Payload.Read(new ReadOnlySequence<byte>(message.WrittenMemory), deserializer);
    }
}

using System.Buffers;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Internal;

namespace Grpc.Net.Client.Internal;

/// <summary>Reads a response's messages from its stream through one pooled buffer, which is let go of while nothing is in it.</summary>
internal sealed class ResponseFrames(Stream stream, GrpcChannel channel, string? encoding) : IDisposable
{
    private const int BufferSize = 4096;

    private readonly MessagePayload _payload = new();
    private byte[] _buffer = [];
    private int _start;
    private int _end;

    private int Buffered => _end - _start;

    /// <summary>The one message of a response that has exactly one; null when it has none.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadSingleAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        T? message = null;
        while (true)
        {
            if (message is null && TryTake(deserializer, out var taken))
            {
                message = taken;
            }

            if (message is not null && Buffered > 0)
            {
                throw new InvalidDataException("Unexpected data after finished reading message.");
            }

            // Trailers are there only after the stream's end.
            if (await FillAsync(cancellationToken).ConfigureAwait(false) == 0)
            {
                return Buffered == 0 ? message : throw CutOff();
            }
        }
    }

    /// <summary>The next message; null at the end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadNextAsync<T>(Func<DeserializationContext, T> deserializer, CancellationToken cancellationToken)
        where T : class
    {
        T? message;
        while (!TryTake(deserializer, out message))
        {
            if (Buffered == 0)
            {
                // An empty read waits for data: a stream that is quiet for hours holds no buffer.
                Dispose();
                await stream.ReadAsync(Memory<byte>.Empty, cancellationToken).ConfigureAwait(false);
            }

            if (await FillAsync(cancellationToken).ConfigureAwait(false) == 0)
            {
                return Buffered == 0 ? null : throw CutOff();
            }
        }

        return message;
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _start = _end = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static InvalidDataException CutOff() => new("Unexpected end of content while reading the message.");

    private async ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        EnsureRoom();
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read;
    }

    private bool TryTake<T>(Func<DeserializationContext, T> deserializer, out T? message)
        where T : class
    {
        message = null;
        if (Buffered < FrameHeader.Size)
        {
            return false;
        }

        var header = FrameHeader.Read(_buffer.AsSpan(_start));
        if (header.Length > channel.MaxReceiveMessageSize)
        {
            throw WireErrors.ReceivedTooLarge();
        }

        if (Buffered < FrameHeader.Size + header.Length)
        {
            return false;
        }

        var payload = new ReadOnlySequence<byte>(_buffer, _start + FrameHeader.Size, header.Length);
        message = header.IsCompressed ? Decompress(payload, deserializer) : _payload.Read(payload, deserializer);
        _start += FrameHeader.Size + header.Length;
        return true;
    }

    private T Decompress<T>(in ReadOnlySequence<byte> payload, Func<DeserializationContext, T> deserializer)
    {
        if (encoding is null)
        {
            throw WireErrors.CompressedWithoutEncoding();
        }

        if (encoding == WireNames.Identity)
        {
            throw WireErrors.CompressedAsIdentity();
        }

        var provider = channel.Compression.Find(encoding) ?? throw WireErrors.UnknownEncoding(encoding, channel.Compression.AcceptEncoding);
        using var message = new PooledBufferWriter();
        MessageCompression.Decompress(provider, payload, message, channel.MaxReceiveMessageSize);
        return _payload.Read(new ReadOnlySequence<byte>(message.WrittenMemory), deserializer);
    }

    /// <summary>Room for the rest of the message that has begun, and for anything at all.</summary>
    private void EnsureRoom()
    {
        var needed = Buffered >= FrameHeader.Size
            ? FrameHeader.Size + FrameHeader.Read(_buffer.AsSpan(_start)).Length
            : FrameHeader.Size;
        if (_buffer.Length - _start >= needed && _end < _buffer.Length)
        {
            return;
        }

        var target = _buffer.Length >= needed && Buffered < _buffer.Length
            ? _buffer
            : ArrayPool<byte>.Shared.Rent(Math.Max(needed, BufferSize));
        _buffer.AsSpan(_start, Buffered).CopyTo(target);
        if (target != _buffer && _buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        (_buffer, _start, _end) = (target, 0, Buffered);
    }
}

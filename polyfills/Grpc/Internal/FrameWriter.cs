using System.Buffers;
using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace Grpc.Internal;

/// <summary>
/// Writes one message with its header to a buffer. A serializer that announces the length writes straight into the target;
/// one that does not, or whose message is compressed, goes through a pooled buffer because the header comes first.
/// One instance serves a call's messages in turn.
/// </summary>
internal sealed class FrameWriter : SerializationContext
{
    private IBufferWriter<byte> _target = null!;
    private ICompressionProvider? _compression;
    private CompressionLevel? _level;
    private int? _limit;
    private int _announced;
    private State _state = State.Complete;
    private PooledBufferWriter? _staging;

    private enum State
    {
        Started,
        WritingToTarget,
        WritingToStaging,
        Complete,
    }

    /// <summary>Serializes a message to the target.</summary>
    public void Write<T>(
        T message,
        Action<T, SerializationContext> serializer,
        IBufferWriter<byte> target,
        ICompressionProvider? compression,
        CompressionLevel? level,
        int? limit)
    {
        (_target, _compression, _level, _limit) = (target, compression, level, limit);
        _announced = -1;
        _state = State.Started;
        try
        {
            serializer(message, this);
        }
        finally
        {
            _staging?.Dispose();
        }
    }

    public override void SetPayloadLength(int payloadLength)
    {
        Require(_state == State.Started);
        _announced = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_state == State.Started)
        {
            StartWriting();
        }

        Require(_state is State.WritingToTarget or State.WritingToStaging);
        return _state == State.WritingToTarget ? _target : _staging!;
    }

    public override void Complete()
    {
        Require(_state is State.WritingToTarget or State.WritingToStaging);
        if (_state == State.WritingToStaging)
        {
            WriteWhole(_staging!.WrittenSpan);
        }

        _state = State.Complete;
    }

    public override void Complete(byte[] payload)
    {
        Require(_state == State.Started);
        WriteWhole(payload);
        _state = State.Complete;
    }

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("The serializer used its context out of order.");
        }
    }

    private void StartWriting()
    {
        if (_announced >= 0 && _compression is null)
        {
            WriteHeader(new FrameHeader(false, CheckSize(_announced)));
            _state = State.WritingToTarget;
        }
        else
        {
            _staging ??= new PooledBufferWriter();
            _state = State.WritingToStaging;
        }
    }

    private void WriteWhole(ReadOnlySpan<byte> message)
    {
        CheckSize(message.Length);

        // Of nothing, a compression stream makes nothing at all, which is no message to any decompressor.
        if (_compression is null || message.IsEmpty)
        {
            WriteHeader(new FrameHeader(false, message.Length));
            _target.Write(message);
            return;
        }

        using var compressed = new PooledBufferWriter();
        MessageCompression.Compress(_compression, _level, message, compressed);
        WriteHeader(new FrameHeader(true, compressed.WrittenCount));
        _target.Write(compressed.WrittenSpan);
    }

    private void WriteHeader(FrameHeader header)
    {
        header.Write(_target.GetSpan(FrameHeader.Size));
        _target.Advance(FrameHeader.Size);
    }

    private int CheckSize(int length) => length > _limit ? throw WireErrors.SentTooLarge() : length;
}

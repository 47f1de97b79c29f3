using System.Buffers;

namespace Grpc.Core.Internal;

/// <summary>Runs context-based marshalling over plain arrays.</summary>
internal static class ArraySerialization
{
    public static byte[] ToArray<T>(T message, Action<T, SerializationContext> serializer)
    {
        var context = new Writing();
        serializer(message, context);
        return context.Result ?? throw new InvalidOperationException("The serializer did not complete the message.");
    }

    public static T FromArray<T>(byte[] payload, Func<DeserializationContext, T> deserializer) => deserializer(new Reading(payload));

    private sealed class Writing : SerializationContext
    {
        private ArrayBufferWriter<byte>? _writer;

        public byte[]? Result { get; private set; }

        public override void Complete(byte[] payload) => Result = payload;

        public override IBufferWriter<byte> GetBufferWriter() => _writer ??= new ArrayBufferWriter<byte>();

        public override void Complete() => Result = _writer?.WrittenSpan.ToArray() ?? [];
    }

    private sealed class Reading(byte[] payload) : DeserializationContext
    {
        public override int PayloadLength => payload.Length;

        public override byte[] PayloadAsNewBuffer() => (byte[])payload.Clone();

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
    }
}

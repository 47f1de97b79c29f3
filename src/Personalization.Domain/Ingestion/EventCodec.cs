using System.Buffers;
using System.Collections.Immutable;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Ingestion;

/// <summary>Writes events to the bytes that the log keeps, and reads them back.</summary>
/// <remarks>
/// <para>
/// Layout: format version (one byte), what the engine added (time of receipt; from version 3 on what a model saw in
/// pictures of faces, <see cref="FaceReadingCodec"/>), then the content: everything the caller sent, in the order of
/// <see cref="WriteContent"/>, and last the payload by its kind (<see cref="PayloadCodec"/>). What a model saw is no part
/// of the content: a retry that a model had no time for is still the same event.
/// </para>
/// <para>
/// Evolution is append-only: a field is never removed, moved or given another meaning. A new one is written after the
/// last of its record, the version grows by one, and the reader asks for the field only from that version on.
/// </para>
/// <para>
/// An event is written in the lowest version that holds it: a retry of an event that an older server took is the same bytes,
/// and so the same <see cref="Fingerprint(ShopperEvent)"/>. Version 2 has a voice's <see cref="VoicePayload.Functionals"/>,
/// version 3 what was seen in pictures, version 4 feelings that were read late (<see cref="FeelingPayload"/>), version 5 what to
/// beware of in pictures (<see cref="FaceReading.Flags"/>).
/// </para>
/// </remarks>
public static class EventCodec
{
    /// <summary>The highest version that is written; this and every earlier one can be read.</summary>
    public const byte FormatVersion = 5;

    private const byte WithFaceReadings = 3;
    private const byte WithPictureFlags = 5;
    private static readonly ArFramesPayload s_noFrames = new([]);

    // The seed is part of every stored fingerprint: changing it turns the retries of the dedup window into reused ids.
    private const uint FingerprintSeed = 0x53E17A11;
    private const int LargestKeptBuffer = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    /// <summary>Writes an event.</summary>
    /// <exception cref="ArgumentException">A field holds what could not be read back (no user, an undefined enum value); the message names it.</exception>
    public static void Write(ShopperEvent source, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(output);
        var writer = new StateWriter(output);
        var version = FaceReadingCodec.HasFlags(source.Payload) ? WithPictureFlags
            : FaceReadingCodec.IsNeeded(source.Payload) ? WithFaceReadings
            : PayloadCodec.VersionOf(source.Payload);
        writer.Byte(version);
        writer.Time(source.ReceivedAt);
        if (version >= WithFaceReadings)
        {
            FaceReadingCodec.Write(source.Payload as ArFramesPayload ?? s_noFrames, writer, version >= WithPictureFlags);
        }

        WriteContent(source, writer);
    }

    /// <summary>The bytes of an event.</summary>
    /// <exception cref="ArgumentException">As <see cref="Write"/>.</exception>
    public static byte[] Encode(ShopperEvent source) => Encode(source, out _);

    /// <summary>The bytes of an event and its <see cref="Fingerprint(ShopperEvent)"/>, in one pass.</summary>
    /// <exception cref="ArgumentException">As <see cref="Write"/>.</exception>
    public static byte[] Encode(ShopperEvent source, out UInt128 fingerprint)
    {
        var buffer = RentBuffer();
        Write(source, buffer);
        var encoded = buffer.WrittenSpan.ToArray();
        ReturnBuffer(buffer);
        fingerprint = Fingerprint(encoded);
        return encoded;
    }

    /// <summary>Reads an event of this or any earlier format version.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a later version.</exception>
    public static ShopperEvent Decode(ReadOnlySpan<byte> encoded)
    {
        var reader = new StateReader(encoded);
        var (version, receivedAt, faces) = ReadAdded(ref reader);
        var decoded = new ShopperEvent
        {
            ReceivedAt = receivedAt,
            EventId = reader.Text(),
            User = UserKey.Parse(reader.Text()),
            OccurredAt = reader.Time(),
            SessionId = reader.Text(),
            Touchpoint = Enums.Read<Touchpoint>(ref reader),
            Channel = Enums.Read<Channel>(ref reader),
            ProductId = reader.Text(),
            Context = ReadContext(ref reader),
            Payload = FaceReadingCodec.Place(PayloadCodec.Read(ref reader, version), faces),
        };
        return reader.AtEnd ? decoded : throw new FormatException("There are bytes after the end of the event.");
    }

    /// <summary>
    /// A 128-bit digest of everything the caller sent, leaving out <see cref="ShopperEvent.ReceivedAt"/> and what was seen
    /// in pictures: equal for a retry, different for another event under the same id. Pictures themselves have no part in it,
    /// for a digest of a face is something kept of it.
    /// </summary>
    /// <remarks><see cref="WideHash"/> over the encoded content; see there for how far it can be trusted.</remarks>
    /// <exception cref="ArgumentException">As <see cref="Write"/>.</exception>
    public static UInt128 Fingerprint(ShopperEvent source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var buffer = RentBuffer();
        WriteContent(source, new StateWriter(buffer));
        var fingerprint = WideHash.Of(buffer.WrittenSpan, FingerprintSeed);
        ReturnBuffer(buffer);
        return fingerprint;
    }

    /// <summary>The <see cref="Fingerprint(ShopperEvent)"/> of an event that is encoded already, in any version.</summary>
    /// <exception cref="FormatException">The bytes do not begin as an event does.</exception>
    public static UInt128 Fingerprint(ReadOnlySpan<byte> encoded)
    {
        var reader = new StateReader(encoded);
        _ = ReadAdded(ref reader);
        return WideHash.Of(reader.Rest, FingerprintSeed);
    }

    private static (byte Version, DateTimeOffset ReceivedAt, (int Frame, FaceReading Reading)[] Faces) ReadAdded(ref StateReader reader)
    {
        var version = StateCheck.Version(ref reader, FormatVersion, "logged event");

        return (version, reader.Time(), version >= WithFaceReadings ? FaceReadingCodec.Read(ref reader, version >= WithPictureFlags) : []);
    }

    private static void WriteContent(ShopperEvent source, StateWriter writer)
    {
        if (source.User.Value is null)
        {
            throw new ArgumentException("user is missing: an event belongs to u:{id} or a:{id}.", nameof(source));
        }

        writer.Text(source.EventId);
        writer.Text(source.User.Value);
        writer.Time(source.OccurredAt);
        writer.Text(source.SessionId);
        Enums.Write(writer, source.Touchpoint, "touchpoint");
        Enums.Write(writer, source.Channel, "channel");
        writer.Text(source.ProductId);
        WriteContext(source.Context, writer);
        PayloadCodec.Write(source.Payload, writer);
    }

    private static void WriteContext(ImmutableSortedDictionary<string, ContextValue> context, StateWriter writer)
    {
        // Equal events must have equal bytes, whatever order their maker sorted by.
        var sorted = ReferenceEquals(context.KeyComparer, StringComparer.Ordinal)
            ? context
            : context.WithComparers(StringComparer.Ordinal);
        writer.UInt((ulong)sorted.Count);
        if (sorted.IsEmpty)
        {
            return;
        }

        foreach (var (key, value) in sorted)
        {
            writer.Text(key);
            Enums.Write(writer, value.Kind, "context value kind");
            if (value.Kind == ContextValueKind.Text)
            {
                // default(ContextValue) is a text without text.
                writer.Text(value.Text ?? string.Empty);
            }
            else if (value.Kind == ContextValueKind.Number)
            {
                writer.Double(value.Number);
            }
            else
            {
                writer.Bool(value.Number != 0);
            }
        }
    }

    private static ImmutableSortedDictionary<string, ContextValue> ReadContext(ref StateReader reader)
    {
        // The smallest entry: an empty key, a kind, a truth value.
        var count = reader.Count(minimumSize: 3);
        if (count == 0)
        {
            return ShopperEvent.NoContext;
        }

        var context = ShopperEvent.NoContext.ToBuilder();
        for (var i = 0; i < count; i++)
        {
            var key = reader.Text();
            context[key] = Enums.Read<ContextValueKind>(ref reader) switch
            {
                ContextValueKind.Text => ContextValue.Of(reader.Text()),
                ContextValueKind.Number => ContextValue.Of(reader.Double()),
                _ => ContextValue.Of(reader.Bool()),
            };
        }

        return context.ToImmutable();
    }

    private static ArrayBufferWriter<byte> RentBuffer()
    {
        var buffer = t_buffer ?? new ArrayBufferWriter<byte>(1024);

        // A writer that throws half way must not leave its half for the next one.
        t_buffer = null;
        buffer.ResetWrittenCount();
        return buffer;
    }

    private static void ReturnBuffer(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity <= LargestKeptBuffer)
        {
            t_buffer = buffer;
        }
    }
}

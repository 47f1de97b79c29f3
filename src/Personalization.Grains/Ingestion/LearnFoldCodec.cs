using Personalization.Domain.Serialization;

namespace Personalization.Grains.Ingestion;

/// <summary>Several effects of users as one body: each with its offset, in order.</summary>
internal static class LearnFoldCodec
{
    public static byte[] Encode(IReadOnlyList<(long Offset, byte[] Item)> items)
    {
        using var output = new PooledBuffer(items.Count * 64);
        var writer = new StateWriter(output);
        writer.UInt((ulong)items.Count);
        foreach (var (offset, item) in items)
        {
            writer.Int(offset);
            writer.Bytes(item);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads the effects.</summary>
    /// <param name="body">The body.</param>
    /// <param name="read">Reads one effect from its bytes and its offset.</param>
    public static T[] Decode<T>(ReadOnlySpan<byte> body, LearnReader<T> read)
    {
        var reader = new StateReader(body);
        var items = new T[reader.Count(2)];
        for (var i = 0; i < items.Length; i++)
        {
            var offset = reader.Int();
            items[i] = read(offset, reader.Bytes());
        }

        return items;
    }
}

/// <summary>Reads one effect.</summary>
internal delegate T LearnReader<out T>(long offset, ReadOnlySpan<byte> bytes);

using Personalization.Domain.Ingestion;
using Personalization.Storage.Sqlite.Encryption;

namespace Personalization.Storage.Sqlite.Events;

/// <summary>Makes a call's entries ready on the caller's thread, so that the writer's thread only has to place them.</summary>
internal sealed class EntrySealer(UserKeyRing keys, int partitionCount)
{
    /// <summary>Pieces smaller than this share an array; it stays below the large object heap.</summary>
    private const int SlabSize = 64 * 1024;

    /// <summary>Seals entries.</summary>
    /// <param name="entries">The entries, validated.</param>
    /// <param name="bodyBytes">How many bytes their bodies have together.</param>
    public PreparedEntry[] Seal(IReadOnlyList<LogEntry> entries, long bodyBytes)
    {
        var prepared = new PreparedEntry[entries.Count];
        var needed = bodyBytes + ((long)entries.Count * ((2 * RecordLayout.BodyStart) + SealedBytes.Overhead)) + bodyBytes;
        var slab = new Slab(needed);
        for (var i = 0; i < prepared.Length; i++)
        {
            prepared[i] = Seal(entries[i], ref slab);
        }

        return prepared;
    }

    private PreparedEntry Seal(in LogEntry entry, ref Slab slab)
    {
        var secret = keys.For(entry.User);
        var digest = RecordLayout.Digest(entry.User, entry.EventId);

        // A copy: the caller may use its bytes for something else afterwards.
        var plain = slab.Take(RecordLayout.BodyStart + entry.Body.Length);
        RecordLayout.Write(digest, entry.Fingerprint, entry.Body.Span, plain.Span);
        var bytes = slab.Take(plain.Length + SealedBytes.Overhead);
        secret.Seal(plain.Span, bytes.Span);
        return new PreparedEntry(Partitions.Of(entry.User, partitionCount), secret, digest, entry.Fingerprint, bytes, plain, entry.IsQuiet);
    }

    private struct Slab(long needed)
    {
        private byte[] _current = [];
        private int _used;
        private long _needed = needed;

        public Memory<byte> Take(int size)
        {
            if (_current.Length - _used < size)
            {
                _current = new byte[Math.Max(size, (int)Math.Min(SlabSize, _needed))];
                _used = 0;
            }

            var taken = _current.AsMemory(_used, size);
            _used += size;
            _needed -= size;
            return taken;
        }
    }
}

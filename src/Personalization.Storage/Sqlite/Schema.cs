namespace Personalization.Storage.Sqlite;

/// <summary>The tables of the store, and how they have grown.</summary>
/// <remarks>
/// Integers named <c>*_ms</c> are milliseconds since 1970 in UTC. "Sealed" means encrypted: 12 bytes of nonce, 16 of tag,
/// then the ciphertext (AES-256-GCM), under the key that <c>user_key</c> holds for the row's or record's user number.
/// "Varint" is the integer of the state codec: seven bits a byte, lowest first.
/// </remarks>
internal static class Schema
{
    /// <summary>The version that this code writes. A file of a later one is refused; one of an earlier one is migrated.</summary>
    public const int Version = 1;

    /// <summary>Offsets have 48 bits, so a partition and an offset make one integer key.</summary>
    public const int OffsetBits = 48;

    /// <summary>How many partitions fit above the bits of an offset in a positive key.</summary>
    public const int MaxPartitions = 1 << 14;

    /// <summary>The key of a block: its partition and its first offset.</summary>
    public static long BlockKey(int partition, long firstOffset) => ((long)partition << OffsetBits) | firstOffset;

    /// <summary>The offset in a block's key.</summary>
    public static long OffsetOf(long blockKey) => blockKey & ((1L << OffsetBits) - 1);

    /// <summary>What each version added, in order: entry 0 makes version 1.</summary>
    public static readonly string[] Migrations = [Version1];

    private const string Version1 =
        // Facts about the file: 'partition_count' (fixed when the file is made), 'open_count' (grows by one at each open).
        """
        CREATE TABLE meta (
            name TEXT PRIMARY KEY,
            value INTEGER NOT NULL
        ) WITHOUT ROWID;
        """ +

        // One row per key that was ever given to a user. Number 0, user '*', is the store's own key. `wrapped` is the
        // user's key sealed under the master key, with the number and the user as associated data; null when destroyed.
        // A user who comes back after that gets a new row. Records name their user by number.
        """
        CREATE TABLE user_key (
            number INTEGER PRIMARY KEY,
            user TEXT NOT NULL,
            wrapped BLOB
        );
        CREATE UNIQUE INDEX user_key_live ON user_key (user) WHERE wrapped IS NOT NULL;
        """ +

        // What group commits have appended to the event log since the last compaction: one row per commit, all partitions
        // together, so that a commit writes as few pages as its bytes fill. `directory`: varint count of partitions, then
        // for each varint partition and varint first offset. `records`, in order of append: varint partition, varint user
        // number, varint length, sealed record (16 bytes digest of user and event id, 16 bytes fingerprint, body).
        // `crc`: CRC-32C of directory and records.
        """
        CREATE TABLE event_segment (
            sequence INTEGER PRIMARY KEY,
            committed_ms INTEGER NOT NULL,
            directory BLOB NOT NULL,
            records BLOB NOT NULL,
            crc INTEGER NOT NULL
        );
        """ +

        // The event log proper: runs of records of one partition, written by compaction from segments.
        // `key`: partition << 48 | first offset. `records`: for each, varint user number, varint milliseconds since
        // `first_ms`, varint length, sealed record as in event_segment. `crc`: CRC-32C of records.
        """
        CREATE TABLE event_block (
            key INTEGER PRIMARY KEY,
            count INTEGER NOT NULL,
            first_ms INTEGER NOT NULL,
            records BLOB NOT NULL,
            crc INTEGER NOT NULL
        );
        """ +

        // Up to which offset a partition was trimmed. No row: never.
        """
        CREATE TABLE event_trim (
            partition INTEGER PRIMARY KEY,
            trimmed_to INTEGER NOT NULL
        );
        """ +

        // Grain states. `key`: state name, '/', grain id. `format`: name of the state codec. `version`: the ETag, unique in
        // the file (open_count << 40 | counter). `user_number`: whose key `state` is sealed under, with the key as
        // associated data; null when it is not sealed.
        """
        CREATE TABLE grain_state (
            key TEXT PRIMARY KEY,
            format TEXT NOT NULL,
            version INTEGER NOT NULL,
            user_number INTEGER,
            state BLOB NOT NULL
        );
        """ +

        // Documents. `user_number`: whose key `body` is sealed under, with collection, NUL and key as associated data;
        // null when it is not sealed. `expires_ms`: null for never.
        """
        CREATE TABLE document (
            collection TEXT NOT NULL,
            key TEXT NOT NULL,
            expires_ms INTEGER,
            user_number INTEGER,
            body BLOB NOT NULL,
            PRIMARY KEY (collection, key)
        ) WITHOUT ROWID;
        CREATE INDEX document_expiry ON document (expires_ms) WHERE expires_ms IS NOT NULL;
        """ +

        // Events that were turned away. `body` is sealed under the store's own key. `user` is the text form of the key,
        // or empty. AUTOINCREMENT, because a sequence that was handed out must not come back for another event.
        """
        CREATE TABLE rejected_event (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id TEXT NOT NULL,
            user TEXT NOT NULL,
            status INTEGER NOT NULL,
            reason TEXT NOT NULL,
            detail TEXT NOT NULL,
            at_ms INTEGER NOT NULL,
            body BLOB NOT NULL
        );
        CREATE INDEX rejected_event_user ON rejected_event (user) WHERE user <> '';
        CREATE INDEX rejected_event_reason ON rejected_event (reason, sequence);
        CREATE INDEX rejected_event_at ON rejected_event (at_ms);
        """ +

        // Decisions: one row per group commit. `records`: for each, varint user number, varint milliseconds since `first_ms`,
        // varint length, sealed record (decision id with its length before it, body). `first_ms` and `last_ms` bound the times of
        // its decisions. `crc`: CRC-32C of records.
        """
        CREATE TABLE decision_block (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            first_ms INTEGER NOT NULL,
            last_ms INTEGER NOT NULL,
            count INTEGER NOT NULL,
            records BLOB NOT NULL,
            crc INTEGER NOT NULL
        );
        """;
}

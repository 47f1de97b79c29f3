using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite.Events;

/// <summary>Removes the oldest blocks of a partition.</summary>
internal static class EventTrim
{
    /// <returns>Up to where the partition is trimmed now.</returns>
    public static long Execute(Database database, int partition, long belowOffset)
    {
        var trimmedTo = Single(database, Sql.SelectTrimmed, partition);
        var last = database.Prepare(Sql.LastWholeBlock)
            .Bind(1, Schema.BlockKey(partition, 0))
            .Bind(2, Schema.BlockKey(partition, belowOffset));
        if (!last.Step())
        {
            last.Reset();
            return trimmedTo;
        }

        var (key, count) = (last.Int64(0), last.Int64(1));
        last.Reset();
        trimmedTo = Schema.OffsetOf(key) + count - 1;
        database.Prepare(Sql.Delete).Bind(1, Schema.BlockKey(partition, 0)).Bind(2, key).Run();
        database.Prepare(Sql.UpsertTrimmed).Bind(1, partition).Bind(2, trimmedTo).Run();
        return trimmedTo;
    }

    private static long Single(Database database, string sql, long argument)
    {
        var select = database.Prepare(sql).Bind(1, argument);
        var value = select.Step() ? select.Int64(0) : 0;
        select.Reset();
        return value;
    }

    private static class Sql
    {
        public const string SelectTrimmed = "SELECT trimmed_to FROM event_trim WHERE partition = ?1";

        public const string LastWholeBlock =
            "SELECT key, count FROM event_block WHERE key >= ?1 AND key < ?2 AND key + count <= ?2 ORDER BY key DESC LIMIT 1";

        public const string Delete = "DELETE FROM event_block WHERE key >= ?1 AND key <= ?2";

        public const string UpsertTrimmed =
            "INSERT INTO event_trim (partition, trimmed_to) VALUES (?1, ?2) ON CONFLICT (partition) DO UPDATE SET trimmed_to = excluded.trimmed_to";
    }
}

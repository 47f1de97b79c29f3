using System.Text;
using Personalization.Domain.Ingestion;

namespace Personalization.StorageContract.Tests.Contract;

/// <summary>Entries to append, and a short way to append and read them.</summary>
internal static class Entries
{
    public static LogEntry Of(string user, string id, string? body = null) =>
        Of(UserKey.Known(user), id, body ?? $"body of {id}");

    public static LogEntry Of(UserKey user, string id, string body) =>
        new(user, id, WideHash.Of(Encoding.UTF8.GetBytes(body)), Encoding.UTF8.GetBytes(body));

    public static async Task<AppendResult[]> AppendAsync(this IEventLog log, params LogEntry[] entries) =>
        await log.AppendAsync(entries, CancellationToken.None);

    public static async Task<IReadOnlyList<LogRecord>> ReadAllAsync(this IEventLog log, int partition)
    {
        var all = new List<LogRecord>();
        while (await log.ReadAsync(partition, all.Count == 0 ? 0 : all[^1].Offset, 7, CancellationToken.None) is { Count: > 0 } some)
        {
            all.AddRange(some);
        }

        return all;
    }

    public static string BodyText(this LogRecord record) => Encoding.UTF8.GetString(record.Body.Span);

    public static int PartitionOf(string user, int count = 4) => Partitions.Of(UserKey.Known(user), count);
}

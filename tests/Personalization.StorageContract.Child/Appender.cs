using System.Text;
using Personalization.Domain.Ingestion;
using Personalization.Storage.Sqlite;

namespace Personalization.StorageContract.Child;

/// <summary>
/// Appends for ever to the store that its argument names. Prints a line for each event after it was acknowledged:
/// "partition offset user id .". Made to be killed.
/// </summary>
public static class Appender
{
    /// <summary>How it opens the store.</summary>
    public static SqliteStorageOptions Options(string path) => new() { Path = path, PartitionCount = 4, CompactionBytes = 64 << 10 };

    public static async Task Main(string[] args)
    {
        await using var store = SqliteStore.Open(Options(args[0]));
        await using var output = new StreamWriter(Console.OpenStandardOutput());
        var gate = new Lock();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() => AppendForEverAsync(store, writer, output, gate))));
    }

    private static async Task AppendForEverAsync(SqliteStore store, int writer, StreamWriter output, Lock gate)
    {
        var run = Guid.NewGuid().ToString("N");
        for (var n = 0; ; n++)
        {
            LogEntry[] entries = [.. Enumerable.Range(0, 10).Select(i => Entry($"{writer}-{i}", $"{run}-{n}-{i}"))];
            var results = await store.Events.AppendAsync(entries, CancellationToken.None);
            lock (gate)
            {
                foreach (var (entry, result) in entries.Zip(results))
                {
                    output.WriteLine($"{result.Position.Partition} {result.Position.Offset} {entry.User} {entry.EventId} .");
                }

                output.Flush();
            }
        }
    }

    private static LogEntry Entry(string user, string id) =>
        new(UserKey.Known(user), id, 1, Encoding.UTF8.GetBytes($"{id} {new string('x', 100)}"));
}

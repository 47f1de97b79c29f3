using System.Diagnostics;
using Personalization.Domain.Ingestion;
using Personalization.Storage.Sqlite;
using Personalization.StorageContract.Child;
using Personalization.StorageContract.Tests.Contract;

namespace Personalization.StorageContract.Tests.Sqlite;

/// <summary>The process is killed while it appends, and nothing that it acknowledged is gone.</summary>
public sealed class CrashTests : StoreContract<SqliteStoreFactory>
{
    private const int Rounds = 3;

    // Enough of them that the records have been compacted several times.
    private const int AcknowledgedPerRound = 3000;

    [Fact]
    public async Task Kill_WhileAppending_LosesNothingAcknowledgedAndKeepsNothingTwice()
    {
        var acknowledged = new List<(LogPosition Position, string User, string Id)>();
        for (var round = 0; round < Rounds; round++)
        {
            acknowledged.AddRange(await AppendUntilKilledAsync());
            Assert.True(acknowledged.Count >= (round + 1) * AcknowledgedPerRound);
            await AssertAllThereOnceAsync(acknowledged);
        }
    }

    private async Task<List<(LogPosition, string, string)>> AppendUntilKilledAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(Appender).Assembly.Location);
        start.ArgumentList.Add(Factory.Path);
        using var child = Process.Start(start)!;
        var acknowledged = new List<(LogPosition, string, string)>();
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (await child.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                // A line that the kill cut short tells nothing.
                if (line.Split(' ') is [var partition, var offset, var user, var id, "."])
                {
                    acknowledged.Add((new LogPosition(int.Parse(partition), long.Parse(offset)), user, id));
                }

                if (acknowledged.Count == AcknowledgedPerRound)
                {
                    child.Kill();
                }
            }
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync();
        }

        return acknowledged;
    }

    private async Task AssertAllThereOnceAsync(List<(LogPosition Position, string User, string Id)> acknowledged)
    {
        await using var store = await SqliteStoreOf(Factory.Path);
        var stored = new Dictionary<LogPosition, LogRecord>();
        for (var partition = 0; partition < store.Events.PartitionCount; partition++)
        {
            var records = await store.Events.ReadAllAsync(partition);
            Assert.Equal(Enumerable.Range(1, records.Count).Select(n => (long)n), records.Select(r => r.Offset));
            foreach (var record in records)
            {
                stored.Add(new LogPosition(partition, record.Offset), record);
            }
        }

        foreach (var (position, user, id) in acknowledged)
        {
            Assert.Equal(user, stored[position].User.Value);
            Assert.StartsWith(id + " ", stored[position].BodyText(), StringComparison.Ordinal);
        }

        var bodies = stored.Values.Select(r => $"{r.User} {r.BodyText()}").ToArray();
        Assert.Equal(bodies.Length, bodies.Distinct().Count());
    }

    private static ValueTask<SqliteStore> SqliteStoreOf(string path) =>
        ValueTask.FromResult(SqliteStore.Open(Appender.Options(path)));
}

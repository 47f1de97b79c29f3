using Personalization.Domain.Ingestion;
using Personalization.Domain.Storage;
using Personalization.Storage.Sqlite;
using Personalization.Storage.Sqlite.Internal;
using Personalization.StorageContract.Tests.Contract;

namespace Personalization.StorageContract.Tests.Sqlite;

/// <summary>What goes wrong with a disk is told, and nothing is made up for it.</summary>
public sealed class FailureTests : StoreContract<SqliteStoreFactory>
{
    private SqliteStorageOptions Options => Factory.Options(new StoreSettings { PartitionCount = 2 });

    [Fact]
    public async Task Append_OnAFullDisk_FailsItsCallersAndSaysTheStoreIsUnhealthyUntilItWorksAgain()
    {
        await using var store = SqliteStore.Open(Options);
        await store.Events.AppendAsync(Entries.Of("42", "e-1"));
        await LimitAsync(store, "PRAGMA max_page_count = 1");

        var large = Entries.Of("42", "e-2", new string('x', 500_000));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => store.Events.AppendAsync(large));
        Assert.False(store.Events.IsHealthy);
        Assert.Contains("full", store.Events.LastError, StringComparison.Ordinal);
        Assert.Equal(0, store.Events.PendingAppends);

        await LimitAsync(store, "PRAGMA max_page_count = 1000000");
        var retried = await store.Events.AppendAsync(large);
        Assert.Equal(new AppendResult(AppendStatus.Accepted, new LogPosition(Entries.PartitionOf("42", 2), 2)), retried[0]);
        Assert.True(store.Events.IsHealthy);
    }

    [Fact]
    public async Task Write_OfOneThatFails_DoesNotFailTheOthersOfItsTransaction()
    {
        await using var store = SqliteStore.Open(Options);
        Task<AppendResult[]> append;
        Task<bool> faulty;
        using (var stall = Database.OpenForWriting(Factory.Path))
        {
            stall.Execute("BEGIN IMMEDIATE");
            append = store.Events.AppendAsync(Entries.Of("42", "e-1"));
            faulty = store.Writer.WriteAsync<bool>(_ => throw new InvalidOperationException("mine alone"), CancellationToken.None).AsTask();
        }

        Assert.Equal(AppendStatus.Accepted, (await append)[0].Status);
        Assert.Equal("mine alone", (await Assert.ThrowsAsync<InvalidOperationException>(() => faulty)).Message);
        Assert.Single(await store.Events.ReadAllAsync(Entries.PartitionOf("42", 2)));
        Assert.True(store.Events.IsHealthy);
    }

    [Fact]
    public async Task Read_OfADamagedBlock_NamesItsPartitionAndOffsets()
    {
        var store = SqliteStore.Open(Options);
        for (var i = 1; i <= 20; i++)
        {
            await store.Events.AppendAsync(Entries.Of("42", $"e-{i}"));
            if (i % 10 == 0)
            {
                await store.CompactAsync(CancellationToken.None);
            }
        }

        await store.DisposeAsync();
        var partition = Entries.PartitionOf("42", 2);
        Damage($"UPDATE event_block SET records = zeroblob(length(records)) WHERE key = {Schema.BlockKey(partition, 11)}");

        await using var reopened = SqliteStore.Open(Options);
        Assert.Equal(10, (await reopened.Events.ReadAsync(partition, 0, 10, CancellationToken.None)).Count);
        var error = await Assert.ThrowsAsync<EventLogCorruptException>(
            async () => await reopened.Events.ReadAsync(partition, 10, 10, CancellationToken.None));
        Assert.Equal((partition, 11, 20), (error.Partition, error.FirstOffset, error.LastOffset));

        // What is not damaged is not held back.
        Assert.Equal(21, (await reopened.Events.AppendAsync(Entries.Of("42", "e-21")))[0].Position.Offset);
        Assert.Single(await reopened.Events.ReadAsync(partition, 20, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Read_OfAMissingBlock_NamesItsOffsets()
    {
        var store = SqliteStore.Open(Options);
        for (var i = 1; i <= 30; i++)
        {
            await store.Events.AppendAsync(Entries.Of("42", $"e-{i}"));
            if (i % 10 == 0)
            {
                await store.CompactAsync(CancellationToken.None);
            }
        }

        await store.DisposeAsync();
        var partition = Entries.PartitionOf("42", 2);
        Damage($"DELETE FROM event_block WHERE key = {Schema.BlockKey(partition, 11)}");

        await using var reopened = SqliteStore.Open(Options);
        var error = await Assert.ThrowsAsync<EventLogCorruptException>(
            async () => await reopened.Events.ReadAsync(partition, 0, 100, CancellationToken.None));
        Assert.Equal((partition, 11, 20), (error.Partition, error.FirstOffset, error.LastOffset));
    }

    [Fact]
    public async Task Open_WithADamagedSegment_IsRefused()
    {
        var store = SqliteStore.Open(Options);
        await store.Events.AppendAsync(Entries.Of("42", "e-1"));
        await store.Events.AppendAsync(Entries.Of("42", "e-2"));
        await store.DisposeAsync();
        Damage("UPDATE event_segment SET records = zeroblob(length(records)) WHERE sequence = 2");

        var error = Assert.Throws<EventLogCorruptException>(() => SqliteStore.Open(Options));
        Assert.Equal((Entries.PartitionOf("42", 2), 2), (error.Partition, error.FirstOffset));
    }

    [Fact]
    public async Task Open_WithAMissingSegment_IsRefused()
    {
        var store = SqliteStore.Open(Options);
        for (var i = 1; i <= 3; i++)
        {
            await store.Events.AppendAsync(Entries.Of("42", $"e-{i}"));
        }

        await store.DisposeAsync();
        Damage("DELETE FROM event_segment WHERE sequence = 2");
        var error = Assert.Throws<EventLogCorruptException>(() => SqliteStore.Open(Options));
        Assert.Equal((2, 2), (error.FirstOffset, error.LastOffset));
    }

    private static async Task LimitAsync(SqliteStore store, string pragma) =>
        await store.Writer.WriteAsync(
            database =>
            {
                database.Execute(pragma);
                return true;
            },
            CancellationToken.None);

    private void Damage(string sql)
    {
        using var database = Database.OpenForWriting(Factory.Path);
        database.Execute(sql);
        Assert.Equal(1, database.Changes);
    }
}

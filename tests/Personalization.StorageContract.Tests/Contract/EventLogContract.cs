using System.Collections.Concurrent;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Personalization.Domain.Ingestion;

namespace Personalization.StorageContract.Tests.Contract;

/// <summary>What every event log does.</summary>
public abstract class EventLogContract<TFactory> : StoreContract<TFactory>
    where TFactory : IStoreFactory, new()
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Append_NewEntries_GivesConsecutiveOffsetsInTheUsersPartition()
    {
        await using var store = await OpenAsync();
        var entries = Enumerable.Range(0, 50).Select(i => Entries.Of($"user-{i % 7}", $"e-{i}")).ToArray();
        var results = await store.Events.AppendAsync(entries);

        Assert.All(results, r => Assert.Equal(AppendStatus.Accepted, r.Status));
        foreach (var partition in results.Zip(entries).GroupBy(x => x.First.Position.Partition))
        {
            Assert.All(partition, x => Assert.Equal(Partitions.Of(x.Second.User, 4), partition.Key));
            Assert.Equal(Enumerable.Range(1, partition.Count()).Select(i => (long)i), partition.Select(x => x.First.Position.Offset));
            Assert.Equal(partition.Count(), store.Events.Tail(partition.Key));
        }
    }

    [Fact]
    public async Task Append_OfNothing_GivesNothing()
    {
        await using var store = await OpenAsync();
        Assert.Empty(await store.Events.AppendAsync());
        Assert.Equal(0, store.Events.PendingAppends);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Read_WhatWasAppended_IsThereInOrder(bool aged, bool reopened)
    {
        var store = await OpenAsync();
        var bodies = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            bodies.Add($"body {i}");
            await store.Events.AppendAsync(Entries.Of("42", $"e-{i}", bodies[i]), Entries.Of("other", $"o-{i}"));
            if (aged && i % 10 == 9)
            {
                await store.AgeAsync();
            }
        }

        store = reopened ? await ReopenAsync(store) : store;
        var mine = (await store.Events.ReadAllAsync(Entries.PartitionOf("42"))).Where(r => r.User == UserKey.Known("42")).ToArray();
        Assert.Equal(bodies, mine.Select(r => r.BodyText()));
        await AssertContiguousAsync(store.Events);
        await store.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_FromTheMiddle_BeginsAfterTheOffsetAndKeepsToTheLimit(bool aged)
    {
        await using var store = await OpenAsync(new StoreSettings { PartitionCount = 1 });
        await store.Events.AppendAsync([.. Enumerable.Range(1, 100).Select(i => Entries.Of("42", $"e-{i}", $"{i}"))]);
        if (aged)
        {
            await store.AgeAsync();
            await store.AgeAsync();
        }

        var read = await store.Events.ReadAsync(0, 40, 5, CancellationToken.None);
        Assert.Equal([41, 42, 43, 44, 45], read.Select(r => r.Offset));
        Assert.Equal(["41", "42", "43", "44", "45"], read.Select(r => r.BodyText()));
        Assert.Empty(await store.Events.ReadAsync(0, 100, 5, CancellationToken.None));
        Assert.Empty(await store.Events.ReadAsync(0, 1000, 5, CancellationToken.None));
    }

    [Fact]
    public async Task Append_AfterReopening_GoesOnWhereItEnded()
    {
        var store = await OpenAsync();
        var first = await store.Events.AppendAsync(Entries.Of("42", "e-1"));
        store = await ReopenAsync(store);
        var second = await store.Events.AppendAsync(Entries.Of("42", "e-2"));
        Assert.Equal(first[0].Position.Offset + 1, second[0].Position.Offset);
        await store.DisposeAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Append_OfARepeatedEvent_GivesThePlaceOfTheFirst(bool aged, bool reopened)
    {
        var store = await OpenAsync();
        var first = await store.Events.AppendAsync(Entries.Of("42", "e-1", "x"), Entries.Of("43", "e-1", "y"));
        Assert.All(first, r => Assert.Equal(AppendStatus.Accepted, r.Status));
        if (aged)
        {
            await store.AgeAsync();
        }

        store = reopened ? await ReopenAsync(store) : store;
        var again = await store.Events.AppendAsync(Entries.Of("43", "e-1", "y"), Entries.Of("42", "e-1", "x"));
        Assert.Equal([AppendStatus.Duplicate, AppendStatus.Duplicate], again.Select(r => r.Status));
        Assert.Equal([first[1].Position, first[0].Position], again.Select(r => r.Position));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Append_OfTheSameEventTwiceInOneCall_AppendsItOnce()
    {
        await using var store = await OpenAsync();
        var results = await store.Events.AppendAsync(Entries.Of("42", "e-1", "x"), Entries.Of("42", "e-1", "x"), Entries.Of("42", "e-1", "z"));
        Assert.Equal([AppendStatus.Accepted, AppendStatus.Duplicate, AppendStatus.IdReused], results.Select(r => r.Status));
        Assert.Single(await store.Events.ReadAllAsync(Entries.PartitionOf("42")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Append_OfAnotherEventUnderTheSameId_IsNotAppended(bool reopened)
    {
        var store = await OpenAsync();
        await store.Events.AppendAsync(Entries.Of("42", "e-1", "x"));
        store = reopened ? await ReopenAsync(store) : store;
        var reused = await store.Events.AppendAsync(Entries.Of("42", "e-1", "another"));
        Assert.Equal(new AppendResult(AppendStatus.IdReused, default), reused[0]);
        Assert.Equal(["x"], (await store.Events.ReadAllAsync(Entries.PartitionOf("42"))).Select(r => r.BodyText()));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Append_OfAnIdThatLeftTheWindow_IsANewEvent()
    {
        await using var store = await OpenAsync(new StoreSettings { PartitionCount = 1, DedupEntriesPerPartition = 10 });
        await store.Events.AppendAsync(Entries.Of("42", "e-0"));
        await store.Events.AppendAsync([.. Enumerable.Range(1, 9).Select(i => Entries.Of("42", $"e-{i}"))]);
        Assert.Equal(AppendStatus.Duplicate, (await store.Events.AppendAsync(Entries.Of("42", "e-0")))[0].Status);
        await store.Events.AppendAsync(Entries.Of("42", "e-10"));
        Assert.Equal(AppendStatus.Accepted, (await store.Events.AppendAsync(Entries.Of("42", "e-0")))[0].Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Append_OfAnIdThatGrewOld_IsANewEvent(bool reopened)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var settings = new StoreSettings { DedupAge = TimeSpan.FromMinutes(10), Time = time };
        var store = await OpenAsync(settings);
        await store.Events.AppendAsync(Entries.Of("42", "e-1"));
        time.Advance(TimeSpan.FromMinutes(9));
        store = reopened ? await ReopenAsync(store, settings) : store;
        Assert.Equal(AppendStatus.Duplicate, (await store.Events.AppendAsync(Entries.Of("42", "e-1")))[0].Status);
        time.Advance(TimeSpan.FromMinutes(2));
        store = reopened ? await ReopenAsync(store, settings) : store;
        Assert.Equal(AppendStatus.Accepted, (await store.Events.AppendAsync(Entries.Of("42", "e-1")))[0].Status);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Append_FromManyCallersAtOnce_KeepsEveryEventOnceAndEachCallersOrder() =>
        await Gen.Select(Gen.Int[1, 6], Gen.Int[1, 12], Gen.Int[1, 9], Gen.Bool).SampleAsync(
            async (callers, calls, perCall, age) =>
            {
                await using var factory = new TFactory();
                await using var store = await factory.OpenAsync(new StoreSettings { PartitionCount = 3 });
                await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
                {
                    for (var call = 0; call < calls; call++)
                    {
                        // Each caller has a user of its own, and one that it shares with all others.
                        LogEntry[] entries = [.. Enumerable.Range(0, perCall).Select(i =>
                            Entries.Of(i % 2 == 0 ? $"user-{caller}" : "shared", $"{caller}:{(call * perCall) + i:D4}"))];
                        var results = await store.Events.AppendAsync(entries);
                        Assert.All(results, r => Assert.Equal(AppendStatus.Accepted, r.Status));
                        if (age && call == calls / 2)
                        {
                            await store.AgeAsync();
                        }
                    }
                })));

                var bodies = new List<string>();
                for (var partition = 0; partition < 3; partition++)
                {
                    bodies.AddRange((await store.Events.ReadAllAsync(partition)).Select(r => $"{r.User} {r.BodyText()}"));
                }

                Assert.Equal(callers * calls * perCall, bodies.Distinct().Count());
                Assert.Equal(callers * calls * perCall, bodies.Count);
                foreach (var stream in bodies.GroupBy(b => b[..b.LastIndexOf(':')]))
                {
                    Assert.Equal(stream.Order(StringComparer.Ordinal), stream);
                }

                await AssertContiguousAsync(store.Events);
            },
            iter: 12,
            threads: 1);

    [Fact]
    public async Task Read_WhileOthersAppend_SeesEveryRecordOnceAndInOrder()
    {
        const int Total = 3000;
        await using var store = await OpenAsync(new StoreSettings { PartitionCount = 1 });
        using var grown = new SemaphoreSlim(0);
        using var subscription = store.Events.Subscribe((_, _) => grown.Release());

        var reader = Task.Run(async () =>
        {
            var seen = new List<LogRecord>();
            while (seen.Count < Total)
            {
                Assert.True(await grown.WaitAsync(Patience), "the log did not say that it grew");
                while (await store.Events.ReadAsync(0, seen.Count, 50, CancellationToken.None) is { Count: > 0 } some)
                {
                    seen.AddRange(some);
                }
            }

            return seen;
        });
        for (var i = 0; i < Total; i += 10)
        {
            await store.Events.AppendAsync([.. Enumerable.Range(i, 10).Select(n => Entries.Of("42", $"e-{n}", $"{n}"))]);
            if (i % 500 == 0)
            {
                await store.AgeAsync();
            }
        }

        var records = await reader.WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(1, Total).Select(n => (long)n), records.Select(r => r.Offset));
        Assert.Equal(Enumerable.Range(0, Total).Select(n => $"{n}"), records.Select(r => r.BodyText()));
    }

    [Fact]
    public async Task Subscribe_OnAppend_IsToldThePartitionAndItsTailOnce()
    {
        await using var store = await OpenAsync();
        var calls = new ConcurrentQueue<(int Partition, long Tail)>();
        using (store.Events.Subscribe((_, _) => throw new InvalidOperationException("a bad subscriber")))
        using (store.Events.Subscribe((partition, tail) => calls.Enqueue((partition, tail))))
        {
            await store.Events.AppendAsync([.. Enumerable.Range(0, 5).Select(i => Entries.Of("42", $"e-{i}"))]);

            // The call of the first append comes before the second is committed.
            await store.Events.AppendAsync(Entries.Of("42", "e-5"));
            await store.Events.AppendAsync(Entries.Of("42", "e-5"));
        }

        await store.Events.AppendAsync(Entries.Of("42", "e-6"));
        var partition = Entries.PartitionOf("42");
        Assert.Equal([(partition, 5), (partition, 6)], calls.Distinct().Take(2));
        Assert.True(calls.Count <= 2, "a duplicate, or what came after disposing, was announced");
    }

    [Fact]
    public async Task Subscribe_OnQuietAppend_IsToldWithTheNextThatIsNot()
    {
        await using var store = await OpenAsync();
        var calls = new ConcurrentQueue<(int Partition, long Tail)>();
        using var subscription = store.Events.Subscribe((partition, tail) => calls.Enqueue((partition, tail)));
        var partition = Entries.PartitionOf("42");

        await store.Events.AppendAsync([Entries.Of("42", "e-1") with { IsQuiet = true }]);
        Assert.Equal(1, store.Events.Tail(partition));
        Assert.Single(await store.Events.ReadAsync(partition, 0, 10, CancellationToken.None));
        await store.Events.AppendAsync([Entries.Of("42", "e-2") with { IsQuiet = true }, Entries.Of("42", "e-3"), Entries.Of("42", "e-4") with { IsQuiet = true }]);
        await store.Events.AppendAsync([Entries.Of("42", "e-5") with { IsQuiet = true }]);

        // The calls of an append come before the next one is committed.
        await store.Events.AppendAsync(Entries.Of("42", "e-6"));
        await store.Events.AppendAsync(Entries.Of("42", "e-6"));
        Assert.Equal([(partition, 4), (partition, 6)], calls);
    }

    [Fact]
    public async Task Append_WhenTooMuchWaits_IsTurnedAwayWithATimeToRetry()
    {
        await using var store = await OpenAsync(new StoreSettings { MaxPendingAppends = 10 });
        await store.Events.AppendAsync(Entries.Of("42", "warm-up"));
        Task<AppendResult[]> waiting;
        using (store.StallWrites())
        {
            waiting = store.Events.AppendAsync([.. Enumerable.Range(0, 8).Select(i => Entries.Of("42", $"e-{i}"))]);
            var overload = await Assert.ThrowsAsync<EventLogOverloadedException>(
                () => store.Events.AppendAsync([.. Enumerable.Range(0, 3).Select(i => Entries.Of("42", $"turned-away-{i}"))]));
            Assert.InRange(overload.RetryAfter, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
            Assert.Equal(8, store.Events.PendingAppends);
        }

        Assert.All(await waiting.WaitAsync(Patience), r => Assert.Equal(AppendStatus.Accepted, r.Status));
        var later = await store.Events.AppendAsync(Entries.Of("42", "turned-away-0"));
        Assert.Equal(new AppendResult(AppendStatus.Accepted, new LogPosition(Entries.PartitionOf("42"), 10)), later[0]);
        Assert.Equal(0, store.Events.PendingAppends);
    }

    [Fact]
    public async Task Append_WhenItsCallerGivesUp_IsAnsweredAsDuplicateLater()
    {
        await using var store = await OpenAsync();
        await store.Events.AppendAsync(Entries.Of("42", "warm-up"));
        using (store.StallWrites())
        {
            using var giveUp = new CancellationTokenSource();
            var append = store.Events.AppendAsync([Entries.Of("42", "e-1")], giveUp.Token).AsTask();
            giveUp.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => append);
        }

        Assert.Equal(AppendStatus.Duplicate, (await store.Events.AppendAsync(Entries.Of("42", "e-1")))[0].Status);
    }

    [Fact]
    public async Task Append_OfInvalidEntries_NamesTheField()
    {
        await using var store = await OpenAsync();
        var valid = Entries.Of("42", "e-1");
        await AssertNamesAsync("entries[1].user", valid with { User = default });
        await AssertNamesAsync("entries[1].event_id", valid with { EventId = "" });
        await AssertNamesAsync("entries[1].body", valid with { Body = default });
        Assert.Equal(0, store.Events.PendingAppends);

        async Task AssertNamesAsync(string field, LogEntry invalid) => Assert.Contains(
            field,
            (await Assert.ThrowsAsync<ArgumentException>(() => store.Events.AppendAsync(valid, invalid))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_OfAPartitionThatIsNotThere_NamesTheRange()
    {
        await using var store = await OpenAsync();
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => { _ = store.Events.ReadAsync(4, 0, 1, CancellationToken.None); });
        Assert.Contains("0 to 3", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Events.Tail(-1));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Destroy_OfAUsersKey_EmptiesTheirRecordsAndNoOthers(bool aged, bool reopened)
    {
        var store = await OpenAsync(new StoreSettings { PartitionCount = 1 });
        await store.Events.AppendAsync(Entries.Of("42", "e-1", "secret"), Entries.Of("43", "e-2", "kept"), Entries.Of("42", "e-3", "secret"));
        if (aged)
        {
            await store.AgeAsync();
            await store.AgeAsync();
        }

        Assert.True(await store.UserKeys.DestroyAsync(UserKey.Known("42"), CancellationToken.None));
        store = reopened ? await ReopenAsync(store, new StoreSettings { PartitionCount = 1 }) : store;
        Assert.False(await store.UserKeys.DestroyAsync(UserKey.Known("42"), CancellationToken.None));
        await store.Events.AppendAsync(Entries.Of("42", "e-4", "afterwards"));

        var records = await store.Events.ReadAllAsync(0);
        Assert.Equal(["", "kept", "", "afterwards"], records.Select(r => r.BodyText()));
        Assert.Equal(["u:42", "u:43", "u:42", "u:42"], records.Select(r => r.User.Value));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Trim_BelowAnOffset_LetsGoOfOldRecordsOnlyAndKeepsTheOffsets()
    {
        var settings = new StoreSettings { PartitionCount = 2 };
        var store = await OpenAsync(settings);
        var (mine, others) = (Entries.PartitionOf("1", 2), 1 - Entries.PartitionOf("1", 2));
        var other = Enumerable.Range(0, 100).Select(i => $"{i}").First(u => Entries.PartitionOf(u, 2) == others);
        for (var i = 1; i <= 30; i++)
        {
            await store.Events.AppendAsync(Entries.Of("1", $"e-{i}"), Entries.Of(other, $"e-{i}"));
            if (i % 10 == 0)
            {
                await store.AgeAsync();
            }
        }

        var trimmedTo = await store.Retention.TrimAsync(mine, 25, CancellationToken.None);
        Assert.InRange(trimmedTo, 1, 24);
        store = await ReopenAsync(store, settings);
        Assert.Equal(trimmedTo, await store.Retention.TrimAsync(mine, 1, CancellationToken.None));
        Assert.Equal(trimmedTo + 1, (await store.Events.ReadAllAsync(mine))[0].Offset);
        Assert.Equal(30, (await store.Events.ReadAllAsync(mine))[^1].Offset);
        Assert.Equal(30, (await store.Events.ReadAllAsync(others)).Count);

        // Trimmed altogether, it still knows where it was.
        await store.AgeAsync();
        Assert.Equal(30, await store.Retention.TrimAsync(mine, 31, CancellationToken.None));
        store = await ReopenAsync(store, settings);
        Assert.Equal(30, store.Events.Tail(mine));
        Assert.Equal(31, (await store.Events.AppendAsync(Entries.Of("1", "e-31")))[0].Position.Offset);
        Assert.Equal([31], (await store.Events.ReadAllAsync(mine)).Select(r => r.Offset));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Append_ToAClosedLog_SaysSo()
    {
        var store = await OpenAsync();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.Events.AppendAsync(Entries.Of("42", "e-1")));
    }

    private static async Task AssertContiguousAsync(IEventLog log)
    {
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            var records = await log.ReadAllAsync(partition);
            Assert.Equal(log.Tail(partition), records.Count);
            Assert.Equal(Enumerable.Range(1, records.Count).Select(n => (long)n), records.Select(r => r.Offset));
        }
    }
}

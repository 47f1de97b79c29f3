using System.Text;
using Microsoft.Extensions.Time.Testing;
using Personalization.Domain.Ingestion;

namespace Personalization.StorageContract.Tests.Contract;

/// <summary>What every store of rejected events does.</summary>
public abstract class RejectedEventStoreContract<TFactory> : StoreContract<TFactory>
    where TFactory : IStoreFactory, new()
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);

    private StoreSettings Settings => new() { Time = _time, RejectedMaxCount = 20, RejectedMaxAge = TimeSpan.FromHours(1) };

    [Fact]
    public async Task Add_ThenList_IsNewestFirstAndWhole()
    {
        var store = await OpenAsync(Settings);
        await AddAsync(store, Event("1"), Event("2") with { Body = default, User = "" });
        await AddAsync(store, Event("3"));
        store = await ReopenAsync(store, Settings);

        var listed = await ListAsync(store);
        Assert.Equal(["3", "2", "1"], listed.Select(e => e.Event.EventId));
        Assert.Equal(listed.Select(e => e.Sequence).OrderDescending(), listed.Select(e => e.Sequence));
        Assert.Equal(Event("3") with { Body = default }, listed[0].Event with { Body = default });
        Assert.Equal("body of 3", Encoding.UTF8.GetString(listed[0].Event.Body.Span));
        Assert.True(listed[1].Event.Body.IsEmpty);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task List_InPagesWithAFilter_GivesWhatPassesOnce()
    {
        await using var store = await OpenAsync(Settings);
        for (var i = 0; i < 12; i++)
        {
            await AddAsync(store, Event($"{i}") with
            {
                Status = i % 2 == 0 ? IngestStatus.Rejected : IngestStatus.Quarantined,
                Reason = i % 3 == 0 ? "LATE" : "INVALID_FIELD",
            });
        }

        Assert.Equal(["10", "8", "6", "4", "2", "0"], await PagesAsync(store, new(IngestStatus.Rejected, null)));
        Assert.Equal(["9", "6", "3", "0"], await PagesAsync(store, new(null, "LATE")));
        Assert.Equal(["9", "3"], await PagesAsync(store, new(IngestStatus.Quarantined, "LATE")));
        Assert.Empty(await PagesAsync(store, new(null, "NO_SUCH_REASON")));
    }

    [Fact]
    public async Task Get_AndRemove_BySequence()
    {
        await using var store = await OpenAsync(Settings);
        await AddAsync(store, Event("1"), Event("2"), Event("3"));
        var sequences = (await ListAsync(store)).ToDictionary(e => e.Event.EventId, e => e.Sequence);
        await store.Rejected.RemoveAsync([sequences["2"]], CancellationToken.None);
        var got = await store.Rejected.GetAsync([sequences["3"], sequences["2"], sequences["1"], 999], CancellationToken.None);
        Assert.Equal(["3", "1"], got.Select(e => e.Event.EventId));

        // A sequence is never given to another event.
        await store.Rejected.RemoveAsync([.. sequences.Values], CancellationToken.None);
        await AddAsync(store, Event("4"));
        Assert.True((await ListAsync(store))[0].Sequence > sequences.Values.Max());
    }

    [Fact]
    public async Task RemoveUser_TakesTheirsAndNoOthers()
    {
        await using var store = await OpenAsync(Settings);
        await AddAsync(store, Event("1"), Event("2") with { User = "u:43" }, Event("3"), Event("4") with { User = "" });
        Assert.Equal(2, await store.Rejected.RemoveUserAsync(UserKey.Known("42"), CancellationToken.None));
        Assert.Equal(["4", "2"], (await ListAsync(store)).Select(e => e.Event.EventId));
    }

    [Fact]
    public async Task Add_BeyondTheCount_LetsTheOldestGo()
    {
        await using var store = await OpenAsync(Settings);
        for (var i = 0; i < 30; i++)
        {
            await AddAsync(store, Event($"{i}"));
        }

        Assert.Equal(Enumerable.Range(10, 20).Reverse().Select(i => $"{i}"), (await ListAsync(store)).Select(e => e.Event.EventId));
    }

    [Fact]
    public async Task Add_Later_LetsGoOfWhatIsTooOld()
    {
        await using var store = await OpenAsync(Settings);
        await AddAsync(store, Event("1"));
        _time.Advance(TimeSpan.FromMinutes(61));
        await AddAsync(store, Event("2") with { At = _time.GetUtcNow() });
        Assert.Equal(["2"], (await ListAsync(store)).Select(e => e.Event.EventId));
    }

    private static RejectedEvent Event(string id) => new(
        id, "u:42", IngestStatus.Rejected, "INVALID_FIELD", "dwell_ms is -1: expected 0 or more", Start, Encoding.UTF8.GetBytes($"body of {id}"));

    private static async Task AddAsync(IOpenStore store, params RejectedEvent[] events) =>
        await store.Rejected.AddAsync(events, CancellationToken.None);

    private static async Task<IReadOnlyList<StoredRejectedEvent>> ListAsync(IOpenStore store) =>
        await store.Rejected.ListAsync(default, long.MaxValue, 100, CancellationToken.None);

    private static async Task<List<string>> PagesAsync(IOpenStore store, RejectedEventFilter filter)
    {
        var seen = new List<StoredRejectedEvent>();
        while (await store.Rejected.ListAsync(
            filter, seen.Count == 0 ? long.MaxValue : seen[^1].Sequence, 2, CancellationToken.None) is { Count: > 0 } page)
        {
            seen.AddRange(page);
        }

        return [.. seen.Select(e => e.Event.EventId)];
    }
}

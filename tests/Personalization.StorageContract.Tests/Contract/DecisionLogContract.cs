using System.Text;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;

namespace Personalization.StorageContract.Tests.Contract;

/// <summary>What every decision log does.</summary>
public abstract class DecisionLogContract<TFactory> : StoreContract<TFactory>
    where TFactory : IStoreFactory, new()
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Append_ThenScan_GivesWhatWasAppendedInOrder()
    {
        var store = await OpenAsync();
        LoggedDecision[] decisions = [.. Enumerable.Range(0, 100).Select(i => Decision(i))];
        foreach (var chunk in decisions.Chunk(3))
        {
            await store.Decisions.AppendAsync(chunk, CancellationToken.None);
        }

        store = await ReopenAsync(store);
        var read = await ScanAsync(store, 0, 100);
        Assert.Equal(decisions.Select(Text), read.Select(Text));
        await store.DisposeAsync();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10, 20)]
    [InlineData(0, 1)]
    [InlineData(99, 200)]
    public async Task Scan_OfASpan_TakesItsBeginAndLeavesItsEnd(int from, int to)
    {
        await using var store = await OpenAsync();
        await store.Decisions.AppendAsync([.. Enumerable.Range(0, 50).Select(i => Decision(i))], CancellationToken.None);
        await store.Decisions.AppendAsync([.. Enumerable.Range(50, 50).Select(i => Decision(i))], CancellationToken.None);
        var expected = Enumerable.Range(0, 100).Where(i => i >= from && i < to).Select(i => $"d-{i}");
        Assert.Equal(expected, (await ScanAsync(store, from, to)).Select(d => d.DecisionId));
    }

    [Fact]
    public async Task Append_FromManyAtOnce_LosesNone()
    {
        await using var store = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(c => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await store.Decisions.AppendAsync([Decision((c * 50) + i)], CancellationToken.None);
            }
        })));
        Assert.Equal(
            Enumerable.Range(0, 400).Select(i => $"d-{i}").Order(),
            (await ScanAsync(store, 0, 400)).Select(d => d.DecisionId).Order());
    }

    [Fact]
    public async Task RemoveUser_TakesAllTheirDecisionsAndNoOthers()
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < 60; i++)
        {
            await store.Decisions.AppendAsync([Decision(i, "42"), Decision(i + 1000, "43")], CancellationToken.None);
        }

        await store.Decisions.AppendAsync([Decision(70, "42")], CancellationToken.None);
        var before = (await ScanAsync(store, 0, 3000)).Where(d => d.User == UserKey.Known("43")).Select(Text).ToArray();
        Assert.Equal(61, await store.Decisions.RemoveUserAsync(UserKey.Known("42"), CancellationToken.None));
        Assert.Equal(before, (await ScanAsync(store, 0, 3000)).Select(Text));
        Assert.Equal(0, await store.Decisions.RemoveUserAsync(UserKey.Known("42"), CancellationToken.None));
    }

    [Fact]
    public async Task Destroy_OfAUsersKey_LeavesTheirDecisionsOut()
    {
        await using var store = await OpenAsync();
        await store.Decisions.AppendAsync([Decision(1, "42"), Decision(2, "43")], CancellationToken.None);
        await store.UserKeys.DestroyAsync(UserKey.Known("42"), CancellationToken.None);
        Assert.Equal(["d-2"], (await ScanAsync(store, 0, 10)).Select(d => d.DecisionId));
    }

    [Fact]
    public async Task Trim_BeforeAMoment_LeavesWhatIsLater()
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < 10; i++)
        {
            await store.Decisions.AppendAsync([Decision(i)], CancellationToken.None);
        }

        Assert.Equal(4, await store.Decisions.TrimAsync(Start.AddSeconds(4), CancellationToken.None));
        Assert.Equal(["d-4", "d-5", "d-6", "d-7", "d-8", "d-9"], (await ScanAsync(store, 0, 10)).Select(d => d.DecisionId));
    }

    [Fact]
    public async Task Append_OfInvalidDecisions_NamesTheField()
    {
        await using var store = await OpenAsync();
        var error = await Assert.ThrowsAsync<ArgumentException>(
            async () => await store.Decisions.AppendAsync([Decision(1), Decision(2) with { User = default }], CancellationToken.None));
        Assert.Contains("decisions[1].user", error.Message, StringComparison.Ordinal);
        Assert.Empty(await ScanAsync(store, 0, 10));
    }

    private static LoggedDecision Decision(int n, string user = "42") =>
        new($"d-{n}", Start.AddSeconds(n), UserKey.Known(user), Encoding.UTF8.GetBytes($"body {n}"));

    private static string Text(LoggedDecision d) => $"{d.DecisionId} {d.At:O} {d.User} {Encoding.UTF8.GetString(d.Body.Span)}";

    private static async Task<List<LoggedDecision>> ScanAsync(IOpenStore store, int fromSecond, int toSecond)
    {
        var all = new List<LoggedDecision>();
        await foreach (var decision in store.Decisions.ScanAsync(Start.AddSeconds(fromSecond), Start.AddSeconds(toSecond), CancellationToken.None))
        {
            all.Add(decision);
        }

        return all;
    }
}

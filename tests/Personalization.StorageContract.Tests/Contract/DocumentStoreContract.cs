using System.Text;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Storage;

namespace Personalization.StorageContract.Tests.Contract;

/// <summary>What every document store does.</summary>
public abstract class DocumentStoreContract<TFactory> : StoreContract<TFactory>
    where TFactory : IStoreFactory, new()
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Put_ThenGet_IsTheDocument(bool owned)
    {
        UserKey? owner = owned ? UserKey.Known("42") : null;
        var store = await OpenAsync();
        await PutAsync(store, "c", Write("k", "first", owner: owner), Write("empty", "", owner: owner));
        await PutAsync(store, "c", Write("k", "second", owner: owner));
        await PutAsync(store, "other", Write("k", "elsewhere"));

        store = await ReopenAsync(store);
        Assert.Equal("second", await GetAsync(store, "c", "k"));
        Assert.Equal("", await GetAsync(store, "c", "empty"));
        Assert.Equal("elsewhere", await GetAsync(store, "other", "k"));
        Assert.Null(await GetAsync(store, "c", "missing"));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Delete_OfADocument_TellsWhetherItWasThere()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, "c", Write("k", "x"));
        Assert.True(await store.Documents.DeleteAsync("c", "k", CancellationToken.None));
        Assert.False(await store.Documents.DeleteAsync("c", "k", CancellationToken.None));
        Assert.Null(await GetAsync(store, "c", "k"));
    }

    [Fact]
    public async Task Scan_InPages_VisitsEveryDocumentOnceInOrderOfKey() =>
        await Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 6].Array[1, 40], Gen.Int[1, 7]).SampleAsync(
            async (keys, page) =>
            {
                await using var factory = new TFactory();
                await using var store = await factory.OpenAsync(new StoreSettings());
                await PutAsync(store, "b", Write("not this one", "x"));
                await PutAsync(store, "c", [.. keys.Select(k => Write(k, k))]);
                var seen = new List<string>();
                while (await store.Documents.ScanAsync("c", seen.LastOrDefault(""), page, CancellationToken.None) is { Count: > 0 } some)
                {
                    Assert.InRange(some.Count, 1, page);
                    Assert.All(some, d => Assert.Equal(d.Key, Encoding.UTF8.GetString(d.Body.Span)));
                    seen.AddRange(some.Select(d => d.Key));
                }

                Assert.Equal(keys.Distinct().Order(StringComparer.Ordinal), seen);
            },
            iter: 10,
            threads: 1);

    [Fact]
    public async Task Get_OfAnExpiredDocument_IsNothing()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var store = await OpenAsync(new StoreSettings { Time = time });
        await PutAsync(store, "c", Write("k", "x", time.GetUtcNow().AddMinutes(5)), Write("stays", "y"));
        Assert.Equal("x", await GetAsync(store, "c", "k"));
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(await GetAsync(store, "c", "k"));
        Assert.Equal(["stays"], (await store.Documents.ScanAsync("c", "", 10, CancellationToken.None)).Select(d => d.Key));
        Assert.False(await store.Documents.DeleteAsync("c", "k", CancellationToken.None));

        // Written again it lives again, also after what has expired was swept out.
        await PutAsync(store, "c", Write("k", "again", time.GetUtcNow().AddMinutes(5)));
        time.Advance(TimeSpan.FromMinutes(2));
        await PutAsync(store, "c", Write("later", "z"));
        Assert.Equal("again", await GetAsync(store, "c", "k"));
    }

    [Fact]
    public async Task Destroy_OfTheOwnersKey_TakesTheirDocuments()
    {
        await using var store = await OpenAsync();
        var owner = UserKey.Anonymous("42");
        await PutAsync(store, "c", Write("1", "mine", owner: owner), Write("2", "nobody's"), Write("3", "mine", owner: owner), Write("4", "nobody's"));
        await store.UserKeys.DestroyAsync(owner, CancellationToken.None);
        Assert.Null(await GetAsync(store, "c", "1"));
        Assert.Equal(["2", "4"], (await store.Documents.ScanAsync("c", "", 2, CancellationToken.None)).Select(d => d.Key));
        await PutAsync(store, "c", Write("1", "mine again", owner: owner));
        Assert.Equal("mine again", await GetAsync(store, "c", "1"));
    }

    [Fact]
    public async Task Put_OfAnInvalidKey_NamesTheRangeAndWritesNothing()
    {
        await using var store = await OpenAsync();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(store, "c", Write("good", "x"), Write("", "y")));
        Assert.Contains("writes[1].key", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 to 512", error.Message, StringComparison.Ordinal);
        Assert.Null(await GetAsync(store, "c", "good"));
        await Assert.ThrowsAsync<ArgumentException>(() => PutAsync(store, new string('c', 65), Write("k", "x")));
    }

    private static DocumentWrite Write(string key, string body, DateTimeOffset? expiresAt = null, UserKey? owner = null) =>
        new(key, Encoding.UTF8.GetBytes(body), expiresAt, owner);

    private static async Task PutAsync(IOpenStore store, string collection, params DocumentWrite[] writes) =>
        await store.Documents.PutAsync(collection, writes, CancellationToken.None);

    private static async Task<string?> GetAsync(IOpenStore store, string collection, string key) =>
        await store.Documents.GetAsync(collection, key, CancellationToken.None) is { } document
            ? Encoding.UTF8.GetString(document.Body.Span)
            : null;
}

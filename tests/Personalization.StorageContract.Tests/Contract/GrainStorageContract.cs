using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Personalization.Domain.Ingestion;

namespace Personalization.StorageContract.Tests.Contract;

/// <summary>What every grain storage does.</summary>
public abstract class GrainStorageContract<TFactory> : StoreContract<TFactory>
    where TFactory : IStoreFactory, new()
{
    private const string Name = "counter";

    private static readonly GrainId Product = GrainId.Create("product", "sku-1");
    private static readonly GrainId User = GrainId.Create("user", "u:42");

    public static TheoryData<bool, bool> UserAndReopened => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(UserAndReopened))]
    public async Task Write_ThenRead_IsTheSameState(bool ofUser, bool reopened)
    {
        var id = ofUser ? User : Product;
        var store = await OpenAsync();
        var written = State(7, "first");
        await store.GrainStorage.WriteStateAsync(Name, id, written);
        written.State!.Count = 8;
        await store.GrainStorage.WriteStateAsync(Name, id, written);
        store = reopened ? await ReopenAsync(store) : store;

        var read = new GrainState<CounterState>();
        await store.GrainStorage.ReadStateAsync(Name, id, read);
        Assert.Equal((8, "first"), (read.State!.Count, read.State!.Note));
        Assert.True(read.RecordExists);
        Assert.Equal(written.ETag, read.ETag);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Read_OfNothing_IsAnEmptyState()
    {
        await using var store = await OpenAsync();
        var read = State(5, "left over");
        await store.GrainStorage.ReadStateAsync(Name, User, read);
        Assert.Equal((0, ""), (read.State!.Count, read.State!.Note));
        Assert.False(read.RecordExists);
        Assert.Null(read.ETag);
    }

    [Fact]
    public async Task Write_OfStatesWithDifferentNamesOrGrains_KeepsThemApart()
    {
        await using var store = await OpenAsync();
        await store.GrainStorage.WriteStateAsync("a", User, State(1));
        await store.GrainStorage.WriteStateAsync("b", User, State(2));
        await store.GrainStorage.WriteStateAsync("a", GrainId.Create("session", "u:42"), State(3));
        await store.GrainStorage.WriteStateAsync("a", GrainId.Create("user", "a:42"), State(4));

        Assert.Equal(1, await CountAsync(store, "a", User));
        Assert.Equal(2, await CountAsync(store, "b", User));
        Assert.Equal(3, await CountAsync(store, "a", GrainId.Create("session", "u:42")));
        Assert.Equal(4, await CountAsync(store, "a", GrainId.Create("user", "a:42")));
    }

    [Fact]
    public async Task Write_WithAStaleETag_IsAConflictAndChangesNothing()
    {
        await using var store = await OpenAsync();
        var mine = State(1);
        await store.GrainStorage.WriteStateAsync(Name, User, mine);
        var other = new GrainState<CounterState>();
        await store.GrainStorage.ReadStateAsync(Name, User, other);
        other.State!.Count = 2;
        await store.GrainStorage.WriteStateAsync(Name, User, other);

        mine.State!.Count = 3;
        var conflict = await Assert.ThrowsAsync<InconsistentStateException>(() => store.GrainStorage.WriteStateAsync(Name, User, mine));
        Assert.Equal(other.ETag, conflict.StoredEtag);
        Assert.Equal(mine.ETag, conflict.CurrentEtag);
        Assert.Equal(2, await CountAsync(store, Name, User));
        await Assert.ThrowsAsync<InconsistentStateException>(() => store.GrainStorage.ClearStateAsync(Name, User, mine));
        Assert.Equal(2, await CountAsync(store, Name, User));
    }

    [Fact]
    public async Task Write_WithoutETagWhereAStateIs_IsAConflict()
    {
        await using var store = await OpenAsync();
        await store.GrainStorage.WriteStateAsync(Name, Product, State(1));
        await Assert.ThrowsAsync<InconsistentStateException>(() => store.GrainStorage.WriteStateAsync(Name, Product, State(2)));
        await Assert.ThrowsAsync<InconsistentStateException>(() => store.GrainStorage.ClearStateAsync(Name, Product, State(2)));
        Assert.Equal(1, await CountAsync(store, Name, Product));
    }

    [Fact]
    public async Task Write_FromManyAtOnceWithTheSameETag_LetsOneThrough()
    {
        await using var store = await OpenAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            try
            {
                await store.GrainStorage.WriteStateAsync(Name, User, State(i));
                return true;
            }
            catch (InconsistentStateException)
            {
                return false;
            }
        })));
        Assert.Single(outcomes, won => won);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clear_OfAState_LeavesNothingAndNoETagComesBack(bool reopened)
    {
        var store = await OpenAsync();
        var state = State(1);
        await store.GrainStorage.WriteStateAsync(Name, User, state);
        var old = new GrainState<CounterState>(new CounterState(), state.ETag) { RecordExists = true };
        await store.GrainStorage.ClearStateAsync(Name, User, state);
        Assert.Equal((false, null, 0), (state.RecordExists, state.ETag, state.State!.Count));
        await store.GrainStorage.ClearStateAsync(Name, User, state);

        store = reopened ? await ReopenAsync(store) : store;
        await store.GrainStorage.WriteStateAsync(Name, User, State(2));
        await Assert.ThrowsAsync<InconsistentStateException>(() => store.GrainStorage.WriteStateAsync(Name, User, old));
        Assert.Equal(2, await CountAsync(store, Name, User));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Write_OfManyGrainsAtOnce_KeepsAll()
    {
        await using var store = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i =>
            store.GrainStorage.WriteStateAsync(Name, GrainId.Create("user", $"u:{i}"), State(i))));
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(i, await CountAsync(store, Name, GrainId.Create("user", $"u:{i}")));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Destroy_OfAUsersKey_TakesTheirStatesAndNoOthers(bool reopened)
    {
        var store = await OpenAsync();
        await store.GrainStorage.WriteStateAsync(Name, User, State(1, "secret"));
        await store.GrainStorage.WriteStateAsync(Name, GrainId.Create("user", "u:43"), State(2));
        await store.UserKeys.DestroyAsync(UserKey.Known("42"), CancellationToken.None);
        store = reopened ? await ReopenAsync(store) : store;

        var read = State(9, "left over");
        await store.GrainStorage.ReadStateAsync(Name, User, read);
        Assert.Equal((false, 0, ""), (read.RecordExists, read.State!.Count, read.State!.Note));
        Assert.Equal(2, await CountAsync(store, Name, GrainId.Create("user", "u:43")));

        // They come back as somebody new.
        read.State!.Count = 3;
        await store.GrainStorage.WriteStateAsync(Name, User, read);
        Assert.Equal(3, await CountAsync(store, Name, User));
        await store.DisposeAsync();
    }

    [Fact]
    public async Task Use_OfATypeWithoutACodec_NamesIt()
    {
        await using var store = await OpenAsync();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => store.GrainStorage.ReadStateAsync(Name, User, new GrainState<UnknownState>()));
        Assert.Contains(nameof(UnknownState), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Use_OfTwoCodecsWithOneName_IsRefused()
    {
        await using var store = await OpenAsync();
        await store.GrainStorage.WriteStateAsync(Name, User, State(1));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => store.GrainStorage.ReadStateAsync(Name, User, new GrainState<ImpostorState>()));
    }

    private static GrainState<CounterState> State(long count, string note = "") => new(new CounterState { Count = count, Note = note });

    private static async Task<long> CountAsync(IOpenStore store, string name, GrainId id)
    {
        var read = new GrainState<CounterState>();
        await store.GrainStorage.ReadStateAsync(name, id, read);
        Assert.True(read.RecordExists);
        return read.State!.Count;
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Domain.Storage;
using Personalization.Storage.Sqlite;
using Personalization.StorageContract.Tests.Contract;

namespace Personalization.StorageContract.Tests.Sqlite;

public sealed class RegistrationTests : StoreContract<SqliteStoreFactory>
{
    [Fact]
    public async Task AddSqliteStorage_RegistersEveryPartOfOneStore()
    {
        await using var provider = Services().BuildServiceProvider();
        var store = provider.GetRequiredService<SqliteStore>();
        Assert.Same(store.Events, provider.GetRequiredService<IEventLog>());
        Assert.Same(store.Events, provider.GetRequiredService<IEventLogRetention>());
        Assert.Same(store.UserKeys, provider.GetRequiredService<IUserKeyStore>());
        Assert.Same(store.Health, provider.GetRequiredService<IStorageHealth>());
        Assert.Same(store.Documents, provider.GetRequiredService<IDocumentStore>());
        Assert.Same(store.Decisions, provider.GetRequiredService<IDecisionLog>());
        Assert.Same(store.Rejected, provider.GetRequiredService<IRejectedEventStore>());
    }

    [Fact]
    public async Task AddPersonalizationGrainStorage_IsFoundByNameAndAsTheDefault()
    {
        await using var provider = Services().BuildServiceProvider();
        var storage = provider.GetRequiredKeyedService<IGrainStorage>("profiles");
        Assert.Same(storage, provider.GetRequiredService<IGrainStorage>());
        await storage.WriteStateAsync(
            "counter", GrainId.Create("user", "u:42"), new GrainState<CounterState>(new CounterState { Count = 1 }));
    }

    [Fact]
    public async Task Dispose_OfTheContainer_ClosesTheStore()
    {
        var provider = Services().BuildServiceProvider();
        await provider.GetRequiredService<IEventLog>().AppendAsync(Entries.Of("42", "e-1"));
        await provider.DisposeAsync();
        await using var reopened = await OpenAsync();
        Assert.Single(await reopened.Events.ReadAllAsync(Entries.PartitionOf("42")));
    }

    [Fact]
    public async Task AddSqliteStorage_OfAnOpenStore_IsSharedAndNotClosed()
    {
        await using var store = SqliteStore.Open(Factory.Options(new StoreSettings()));
        foreach (var id in new[] { "e-1", "e-2" })
        {
            await using var provider = new ServiceCollection().AddSqliteStorage(store).BuildServiceProvider();
            await provider.GetRequiredService<IEventLog>().AppendAsync(Entries.Of("42", id));
        }

        Assert.Equal(2, store.Events.Tail(Entries.PartitionOf("42")));
    }

    [Fact]
    public async Task AddSqliteStorage_WithOptionsOutOfRange_FailsWhenResolved()
    {
        await using var provider = new ServiceCollection().AddSqliteStorage(o => o.PartitionCount = 0).BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(provider.GetRequiredService<IEventLog>);
        Assert.Contains("PartitionCount is 0", error.Message, StringComparison.Ordinal);
    }

    private IServiceCollection Services() => new ServiceCollection()
        .AddSqliteStorage(options =>
        {
            options.Path = Factory.Path;
            options.PartitionCount = 4;
        })
        .AddStateCodec<CounterState, CounterStateCodec>()
        .AddPersonalizationGrainStorage("profiles");
}

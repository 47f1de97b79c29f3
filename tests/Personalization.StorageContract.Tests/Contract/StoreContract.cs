namespace Personalization.StorageContract.Tests.Contract;

/// <summary>What every contract has: a place of its own for every test.</summary>
public abstract class StoreContract<TFactory> : IAsyncLifetime
    where TFactory : IStoreFactory, new()
{
    protected TFactory Factory { get; } = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Factory.DisposeAsync();

    protected ValueTask<IOpenStore> OpenAsync(StoreSettings? settings = null) => Factory.OpenAsync(settings ?? new StoreSettings());

    protected async Task<IOpenStore> ReopenAsync(IOpenStore store, StoreSettings? settings = null)
    {
        await store.DisposeAsync();
        return await OpenAsync(settings);
    }
}

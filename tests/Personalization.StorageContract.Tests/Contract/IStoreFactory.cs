using Orleans.Storage;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Rewards;
using Personalization.Domain.Storage;

namespace Personalization.StorageContract.Tests.Contract;

/// <summary>One place to store in, that can be opened, closed and opened again. A new store adds one of these.</summary>
public interface IStoreFactory : IAsyncDisposable
{
    /// <summary>Opens the store at its place.</summary>
    ValueTask<IOpenStore> OpenAsync(StoreSettings settings);
}

/// <summary>What the tests vary.</summary>
public sealed record StoreSettings
{
    public int PartitionCount { get; init; } = 4;

    public int MaxPendingAppends { get; init; } = 65_536;

    public int DedupEntriesPerPartition { get; init; } = 16_384;

    public TimeSpan DedupAge { get; init; } = TimeSpan.FromHours(1);

    public int RejectedMaxCount { get; init; } = 1000;

    public TimeSpan RejectedMaxAge { get; init; } = TimeSpan.FromDays(1);

    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>An open store. Disposing it closes it in order.</summary>
public interface IOpenStore : IAsyncDisposable
{
    IEventLog Events { get; }

    IEventLogRetention Retention { get; }

    IUserKeyStore UserKeys { get; }

    IStorageHealth Health { get; }

    IDocumentStore Documents { get; }

    IDecisionLog Decisions { get; }

    IRejectedEventStore Rejected { get; }

    /// <summary>Grain storage that knows codecs for the states of <see cref="GrainStorageContract{TFactory}"/>.</summary>
    IGrainStorage GrainStorage { get; }

    /// <summary>Holds up everything that is written until it is disposed.</summary>
    IDisposable StallWrites();

    /// <summary>Moves what was appended to where old records are, so that it is read from there.</summary>
    ValueTask AgeAsync();
}

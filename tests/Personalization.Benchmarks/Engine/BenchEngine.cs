using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Personalization.Benchmarks.Load;
using Personalization.Client;
using Personalization.Domain.Ingestion;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Snapshots;
using Personalization.Host;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Driving;
using Personalization.Storage.Sqlite;

namespace Personalization.Benchmarks.Engine;

/// <summary>The engine itself, in this process, as its own executable starts it, with its data in a temporary folder.</summary>
internal sealed class BenchEngine : IAsyncDisposable
{
    private readonly DirectoryInfo _data;
    private WebApplication _app;

    private BenchEngine(WebApplication app, DirectoryInfo data)
    {
        _app = app;
        _data = data;
        Address = EngineHost.Addresses(app).Grpc;
        Client = Connect(Address);
    }

    public string Address { get; private set; }

    public PersonalizationClient Client { get; private set; }

    /// <summary>What the engine is made of.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>What went wrong while it was filled or probed.</summary>
    public RunRecord Record { get; } = new();

    /// <summary>The engine's own event log.</summary>
    public IEventLog Log => _app.Services.GetRequiredService<IEventLog>();

    /// <summary>Reaches its grains.</summary>
    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    /// <summary>What slates are made from now.</summary>
    public SnapshotSet Snapshots => _app.Services.GetRequiredService<EngineSnapshots>().Current;

    /// <summary>The file that everything is stored in.</summary>
    public string StorePath => _app.Services.GetRequiredService<IOptions<SqliteStorageOptions>>().Value.Path;

    /// <summary>Bytes in the data folder.</summary>
    public long StoredBytes() => _data.EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length);

    /// <summary>Starts it.</summary>
    public static async Task<BenchEngine> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("personalization-bench-");
        return new BenchEngine(await StartAsync(data), data);
    }

    /// <summary>Stops it and starts another on the same data: what was only in memory is gone.</summary>
    public async Task RestartAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = await StartAsync(_data);
        Address = EngineHost.Addresses(_app).Grpc;
        Client = Connect(Address);
    }

    /// <summary>Puts the generated shop in.</summary>
    public async Task<Catalogue> FillAsync(BenchOptions options)
    {
        var catalogue = CatalogueGenerator.Make(options.Seed, options.Products);
        await FillAsync(catalogue);
        return catalogue;
    }

    /// <summary>Puts a shop in, and waits until slates are made from all of it.</summary>
    public async Task FillAsync(Catalogue catalogue)
    {
        await CatalogueLoader.LoadAsync(Client, catalogue.Items.Select(item => item.ToProduct(DateTimeOffset.UtcNow)), Record, default);
        ThrowOnErrors();
        while (Snapshots.Catalog.ListedCount < catalogue.Items.Length)
        {
            await Task.Delay(5);
        }
    }

    /// <summary>Waits until everything acknowledged is folded in.</summary>
    public async Task SettleAsync()
    {
        await Settling.WaitAsync(Client, TimeProvider.System, TimeSpan.FromMinutes(10), Record, default);
        ThrowOnErrors();
    }

    /// <summary>Waits until everything acknowledged is folded in and persisted: nobody has to be woken for it any more.</summary>
    public async Task PersistAsync()
    {
        await SettleAsync();
        var patience = new Deadline(TimeSpan.FromMinutes(10));
        for (var p = 0; p < Log.PartitionCount; p++)
        {
            var (partition, tail) = (Grains.GetGrain<IIngestionPartitionGrain>(p), Log.Tail(p));
            while (!await HasPersistedAsync(partition, tail))
            {
                if (patience.Over)
                {
                    throw new BenchFailedException($"Partition {p} has not persisted what it folded in.");
                }
            }
        }
    }

    private static async Task<bool> HasPersistedAsync(IIngestionPartitionGrain partition, long tail)
    {
        try
        {
            return await partition.Checkpoint() >= tail;
        }
        catch (TimeoutException)
        {
            // On a busy machine it may take longer than a call may; it goes on, and the next call finds what is done.
            return false;
        }
    }

    private static async Task<WebApplication> StartAsync(DirectoryInfo data)
    {
        var app = EngineHost.Build(
            [
                "--grpc-port", "0", "--http-port", "0", "--data", data.FullName, "--Logging:LogLevel:Default", "Warning",
                // The busiest of Zipf's users do in a second what no person does in a minute: none of it is set aside.
                "--Api:MaxEventsPerUserPerMinute", "0",
            ],
            // Figures alone go to stdout.
            builder => builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        await app.StartAsync();
        return app;
    }

    private static PersonalizationClient Connect(string address) => PersonalizationClient.Connect(address, new PersonalizationClientOptions
    {
        // A benchmark of what the engine takes waits for as long as the engine asks it to.
        Retry = { MaxAttempts = 20 },
        DefaultDeadline = TimeSpan.FromSeconds(60),
    });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }

    /// <summary>A figure taken from an engine that failed is no figure.</summary>
    public void ThrowOnErrors()
    {
        if (Record.Errors.FirstOrDefault() is { Key: not null } error)
        {
            throw new InvalidOperationException($"The engine failed {error.Value} times: {error.Key}");
        }
    }
}

using Microsoft.Extensions.Logging;
using Personalization.Benchmarks.Load;
using Personalization.Domain.Ingestion;
using Personalization.LoadTest.Measuring;
using Personalization.Storage.Sqlite;

namespace Personalization.Benchmarks.Engine;

/// <summary>A log of the engine's kind in a file of its own, to which bodies are appended that the engine itself has written.</summary>
internal sealed class RawLog : IAsyncDisposable
{
    private const int Bodies = 4096;
    private readonly ServiceProvider _services;
    private readonly DirectoryInfo _data;
    private readonly LogRecord[] _records;
    private readonly IEventLog _log;
    private long _next;

    private RawLog(ServiceProvider services, DirectoryInfo data, LogRecord[] records, int batch)
    {
        _services = services;
        _data = data;
        _records = records;
        _log = services.GetRequiredService<IEventLog>();
        Append = rng => AppendAsync(rng, batch);
    }

    /// <summary>Appends a batch and waits until it is durable.</summary>
    public Call Append { get; }

    /// <summary>Mean length of a body.</summary>
    public double MeanBytes => _records.Average(r => (double)r.Body.Length);

    /// <summary>Opens it with bodies from another log.</summary>
    /// <param name="from">Has events already.</param>
    /// <param name="batch">Entries an append.</param>
    public static async Task<RawLog> OpenAsync(IEventLog from, int batch)
    {
        var records = new List<LogRecord>(Bodies);
        for (var partition = 0; partition < from.PartitionCount && records.Count < Bodies; partition++)
        {
            records.AddRange((await from.ReadAsync(partition, 0, Bodies / from.PartitionCount, default)).Where(r => !r.Body.IsEmpty));
        }

        var data = Directory.CreateTempSubdirectory("personalization-raw-");
        var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
            .AddSqliteStorage(options => options.Path = Path.Combine(data.FullName, "raw.db"))
            .BuildServiceProvider();
        return new RawLog(services, data, [.. records], batch);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private async Task AppendAsync(Rng rng, int batch)
    {
        var entries = new LogEntry[batch];
        for (var i = 0; i < batch; i++)
        {
            var record = _records[rng.Next(_records.Length)];
            var n = Interlocked.Increment(ref _next);
            entries[i] = new LogEntry(record.User, $"raw-{n:x}", new UInt128(rng.NextBits(), (ulong)n), record.Body);
        }

        try
        {
            await _log.AppendAsync(entries, default);
        }
        catch (EventLogOverloadedException e)
        {
            await Task.Delay(e.RetryAfter);
            throw new Grpc.Core.RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.ResourceExhausted, e.Message));
        }
    }
}

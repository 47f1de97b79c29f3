using Microsoft.Extensions.Logging;
using Personalization.Benchmarks.Load;
using Personalization.Domain.Ingestion;
using Personalization.LoadTest.Measuring;
using Personalization.Storage.Sqlite;

namespace Personalization.Benchmarks.Engine;

/// <summary>A log of the engine's kind in a file of its own, to which bodies are appended that the engine itself has written, for the same users.</summary>
internal sealed class RawLog : IAsyncDisposable
{
    private const int Bodies = 4096;
    private readonly ServiceProvider _services;
    private readonly DirectoryInfo _data;
    private readonly ReadOnlyMemory<byte>[] _bodies;
    private readonly UserKey[] _keys;
    private readonly Zipf _users;
    private readonly IEventLog _log;
    private long _next;

    private RawLog(ServiceProvider services, DirectoryInfo data, ReadOnlyMemory<byte>[] bodies, Zipf users, int batch)
    {
        _services = services;
        _data = data;
        _bodies = bodies;
        _users = users;
        _keys = [.. users.All.Select(UserKey.Known)];
        _log = services.GetRequiredService<IEventLog>();
        Append = rng => AppendAsync(rng, batch);
    }

    /// <summary>Appends a batch and waits until it is durable.</summary>
    public Call Append { get; }

    /// <summary>Mean length of a body.</summary>
    public double MeanBytes => _bodies.Average(b => (double)b.Length);

    /// <summary>Opens it with bodies from another log.</summary>
    /// <param name="from">Has events already.</param>
    /// <param name="users">Whose they are: keys of users who are seldom seen cost reading, whoever appends.</param>
    /// <param name="batch">Entries an append.</param>
    public static async Task<RawLog> OpenAsync(IEventLog from, Zipf users, int batch)
    {
        var bodies = new List<ReadOnlyMemory<byte>>(Bodies);
        for (var partition = 0; partition < from.PartitionCount && bodies.Count < Bodies; partition++)
        {
            var records = await from.ReadAsync(partition, 0, Bodies / from.PartitionCount, default);
            bodies.AddRange(records.Select(r => r.Body).Where(b => !b.IsEmpty));
        }

        var data = Directory.CreateTempSubdirectory("personalization-raw-");
        var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
            .AddSqliteStorage(options => options.Path = Path.Combine(data.FullName, "raw.db"))
            .BuildServiceProvider();
        return new RawLog(services, data, [.. bodies], users, batch);
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
            var n = Interlocked.Increment(ref _next);
            entries[i] = new LogEntry(_keys[_users.NextRank(rng)], $"raw-{n:x}", new UInt128(rng.NextBits(), (ulong)n), _bodies[rng.Next(_bodies.Length)]);
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

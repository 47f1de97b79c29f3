using System.Buffers;
using Orleans.Concurrency;
using Personalization.Domain.Serialization;
using Personalization.Domain.Storage;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Products;

/// <summary>Holds every product's sentiment in short, gives versions, and tells the silos of changes.</summary>
[Reentrant]
[KeepAlive]
public sealed class SentimentBoardGrain(IDocumentStore documents) : Grain, ISentimentBoardGrain
{
    /// <summary>The collection that the board is kept in.</summary>
    public const string Collection = "product-sentiment";

    /// <summary>Stored before it was told which aspect is loved.</summary>
    private const byte WithoutAspect = 1;

    private const byte Format = 2;
    private const int PageSize = 1000;
    private readonly Dictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private HashSet<string> _unwritten = new(StringComparer.Ordinal);
    private Task _writing = Task.CompletedTask;
    private long _version;
    private SnapshotPublisher? _news;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var after = string.Empty;
        while (true)
        {
            var page = await documents.ScanAsync(Collection, after, PageSize, cancellationToken);
            foreach (var document in page)
            {
                _rows[document.Key] = new Row(Read(document), 0);
            }

            if (page.Count < PageSize)
            {
                break;
            }

            after = page[^1].Key;
        }

        _version = 1;
        foreach (var id in _rows.Keys)
        {
            _rows[id] = _rows[id] with { Version = _version };
        }

        _news = new SnapshotPublisher(this, SnapshotKind.Sentiment);
    }

    /// <inheritdoc/>
    public Task Report(SentimentRow row)
    {
        _rows[row.ProductId] = new Row(row, ++_version);
        _unwritten.Add(row.ProductId);
        _news!.Changed(_version);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<SentimentChanges> GetChanges(SnapshotPosition since)
    {
        var version = this.VersionOf(since);
        var changed = version >= _version
            ? []
            : _rows.Values.Where(row => row.Version > version).Select(static row => row.Content).ToArray();
        return Task.FromResult(new SentimentChanges(new SnapshotPosition(this.Epoch(), _version), changed));
    }

    /// <inheritdoc/>
    public async Task Persist()
    {
        while (!_writing.IsCompleted)
        {
            await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        if (_unwritten.Count == 0)
        {
            return;
        }

        var written = _unwritten;
        _unwritten = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            var writes = written.Select(id => new DocumentWrite(id, Write(_rows[id].Content))).ToArray();
            await (_writing = documents.PutAsync(Collection, writes, CancellationToken.None).AsTask());
        }
        catch
        {
            _unwritten.UnionWith(written);
            throw;
        }
    }

    private static byte[] Write(SentimentRow row)
    {
        var output = new ArrayBufferWriter<byte>(32);
        var writer = new StateWriter(output);
        writer.Byte(Format);
        writer.Single(row.Mean);
        writer.Single(row.StandardDeviation);
        writer.Single(row.Weight);
        writer.Single(row.Trend);
        writer.Text(row.LovedAspect ?? string.Empty);
        return output.WrittenSpan.ToArray();
    }

    private static SentimentRow Read(Document document)
    {
        var reader = new StateReader(document.Body.Span);
        var format = StateCheck.Version(ref reader, Format, "product's sentiment");

        var row = new SentimentRow(document.Key, reader.Single(), reader.Single(), reader.Single(), reader.Single());
        return format != WithoutAspect && reader.Text() is { Length: > 0 } loved ? row with { LovedAspect = loved } : row;
    }

    private readonly record struct Row(SentimentRow Content, long Version);
}

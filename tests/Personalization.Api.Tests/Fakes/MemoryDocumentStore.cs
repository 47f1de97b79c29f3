using Personalization.Domain.Ingestion;
using Personalization.Domain.Storage;

namespace Personalization.Api.Tests.Fakes;

/// <summary>Documents in memory, with the loss of a user's documents when the user's key is destroyed.</summary>
internal sealed class MemoryDocumentStore : IDocumentStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, DocumentWrite>> _collections = [];

    /// <summary>How many documents were read.</summary>
    public int Reads { get; private set; }

    /// <summary>Makes reads wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async ValueTask<Document?> GetAsync(string collection, string key, CancellationToken cancellationToken)
    {
        Document? found;
        lock (_lock)
        {
            Reads++;
            found = Of(collection).TryGetValue(key, out var write) ? new Document(key, write.Body) : null;
        }

        await Gate.WaitAsync(cancellationToken);
        return found;
    }

    public ValueTask<IReadOnlyList<Document>> ScanAsync(string collection, string afterKey, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult<IReadOnlyList<Document>>([.. Of(collection)
                .Where(d => string.CompareOrdinal(d.Key, afterKey) > 0).Take(limit).Select(static d => new Document(d.Key, d.Value.Body))]);
        }
    }

    public ValueTask PutAsync(string collection, IReadOnlyList<DocumentWrite> writes, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var write in writes)
            {
                Of(collection)[write.Key] = write with { Body = write.Body.ToArray() };
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> DeleteAsync(string collection, string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return ValueTask.FromResult(Of(collection).Remove(key));
        }
    }

    /// <summary>What the destruction of a user's key does.</summary>
    public void Forget(UserKey user)
    {
        lock (_lock)
        {
            foreach (var collection in _collections.Values)
            {
                foreach (var key in collection.Where(d => d.Value.Owner == user).Select(static d => d.Key).ToArray())
                {
                    collection.Remove(key);
                }
            }
        }
    }

    private SortedDictionary<string, DocumentWrite> Of(string collection)
    {
        if (!_collections.TryGetValue(collection, out var documents))
        {
            _collections.Add(collection, documents = new SortedDictionary<string, DocumentWrite>(StringComparer.Ordinal));
        }

        return documents;
    }
}

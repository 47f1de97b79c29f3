using System.Globalization;
using System.Text;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Serialization;
using Personalization.Domain.Storage;
using Personalization.Storage.Serialization;
using Personalization.Storage.Sqlite.Encryption;
using Personalization.Storage.Sqlite.Internal;

namespace Personalization.Storage.Sqlite;

/// <summary>
/// Grain states in the embedded store. Writes of many grains share a transaction. The states of grains whose key is a
/// user's (<c>u:{id}</c>, <c>a:{id}</c>) are encrypted under that user's key; without the key they read as not there.
/// </summary>
public sealed class SqliteGrainStorage : IGrainStorage
{
    private readonly SqliteStore _store;
    private readonly GroupCommitWriter _writer;
    private readonly ReadPool _reads;
    private readonly UserKeyRing _keys;
    private readonly StateCodecs _codecs;

    /// <summary>Stores grain states in a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="codecs">How states are written.</param>
    public SqliteGrainStorage(SqliteStore store, StateCodecs codecs)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _writer = store.Writer;
        _reads = store.Reads;
        _keys = store.Keys;
        _codecs = codecs;
    }

    /// <inheritdoc/>
    /// <exception cref="FormatException">The stored state cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The type has no codec, or the state was stored by that of another type.</exception>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var codec = _codecs.For<T>();
        var key = KeyOf(stateName, grainId);
        if (_reads.Read(key, GrainStateRows.Select) is not { } row)
        {
            SetAbsent(grainState, etag: null);
            return Task.CompletedTask;
        }

        if (row.Format != codec.Name)
        {
            throw new InvalidOperationException(
                $"The state '{key}' was stored as '{row.Format}', and the codec of {typeof(T)} writes '{codec.Name}'.");
        }

        var bytes = row.UserNumber is { } number ? _keys.Find(number).Open(row.State, Encoding.UTF8.GetBytes(key)) : row.State;
        if (bytes is null)
        {
            // Its user was erased. The row is still there to be replaced.
            SetAbsent(grainState, ETagOf(row.Version));
            return Task.CompletedTask;
        }

        try
        {
            grainState.State = codec.Read(bytes);
        }
        catch (FormatException e)
        {
            throw new FormatException($"The state '{key}' cannot be read: {e.Message}", e);
        }

        grainState.ETag = ETagOf(row.Version);
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">The stored state is not the one that was read: it has another ETag.</exception>
    /// <exception cref="StorageUnavailableException">The store could not write.</exception>
    /// <exception cref="InvalidOperationException">The type has no codec.</exception>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var codec = _codecs.For<T>();
        var key = KeyOf(stateName, grainId);
        var expected = VersionOf(grainState.ETag, key);
        var version = _store.NextVersion();
        using var output = new PooledBuffer();
        codec.Write(grainState.State ?? throw new ArgumentException($"The state '{key}' is null.", nameof(grainState)), output);

        var secret = UserKey.TryParse(grainId.Key.ToString(), out var user) ? _keys.For(user) : null;
        var bytes = secret is null ? output.WrittenMemory : secret.Seal(output.WrittenSpan, Encoding.UTF8.GetBytes(key));
        var outcome = await _writer.WriteAsync(
            new GrainStateWrite(_keys, key, codec.Name, expected, version, secret, bytes), CancellationToken.None).ConfigureAwait(false);
        RequireWritten(outcome, key, grainState.ETag);
        grainState.ETag = ETagOf(version);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    /// <exception cref="InconsistentStateException">The stored state is not the one that was read: it has another ETag.</exception>
    /// <exception cref="StorageUnavailableException">The store could not write.</exception>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        var key = KeyOf(stateName, grainId);
        var expected = VersionOf(grainState.ETag, key);
        var outcome = await _writer.WriteAsync(
            database => GrainStateRows.Delete(database, key, expected), CancellationToken.None).ConfigureAwait(false);
        RequireWritten(outcome, key, grainState.ETag);
        SetAbsent(grainState, etag: null);
    }

    private static string KeyOf(string stateName, GrainId grainId) => $"{stateName}/{grainId}";

    private static string ETagOf(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static long? VersionOf(string? etag, string key)
    {
        if (string.IsNullOrEmpty(etag))
        {
            return null;
        }

        return long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new InconsistentStateException($"The state '{key}' has an ETag that is not of this store.", "unknown", etag);
    }

    private static void RequireWritten(StateOutcome outcome, string key, string? etag)
    {
        if (!outcome.Written)
        {
            throw new InconsistentStateException(
                outcome.Erased ? $"The user of the state '{key}' was erased while it was written." : $"The state '{key}' has been changed by someone else.",
                outcome.Stored is { } stored ? ETagOf(stored) : "none",
                etag ?? "none");
        }
    }

    private static void SetAbsent<T>(IGrainState<T> grainState, string? etag)
    {
        grainState.State = EmptyState<T>.Make();
        grainState.ETag = etag;
        grainState.RecordExists = false;
    }

    /// <summary>What a grain without a stored state begins with.</summary>
    private static class EmptyState<T>
    {
        private static readonly bool CanMake = typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null;

        public static T Make() => CanMake ? Activator.CreateInstance<T>() : default!;
    }
}

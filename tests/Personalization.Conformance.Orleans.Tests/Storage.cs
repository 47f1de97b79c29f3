using System.Collections.Concurrent;
using Orleans.Storage;

namespace Personalization.Conformance.Orleans.Storage;

/// <summary>A state.</summary>
[GenerateSerializer]
public sealed class Counter
{
    /// <summary>A number.</summary>
    [Id(0)]
    public int Value { get; set; }

    /// <summary>Numbers.</summary>
    [Id(1)]
    public List<int> History { get; set; } = [];
}

/// <summary>Keeps states in storage.</summary>
public interface IStateGrain : IGrainWithStringKey
{
    /// <summary>Adds and stores.</summary>
    Task<string?> Add(int number);

    /// <summary>Adds without storing.</summary>
    Task AddUnstored(int number);

    /// <summary>The number, and whether it is stored.</summary>
    Task<(int Value, bool Exists, string? Etag)> Read();

    /// <summary>Reads again from storage.</summary>
    Task<int> Reload();

    /// <summary>Removes.</summary>
    Task Clear();

    /// <summary>Which activation this is.</summary>
    Task<Guid> Activation();

    /// <summary>Ends the activation.</summary>
    Task End();

    /// <summary>Uses the state outside a turn.</summary>
    Task UseOutside();

    /// <summary>Stores twice at once.</summary>
    Task<int> StoreTwice();

    /// <summary>Adds to the other state.</summary>
    Task<int> AddOther(int number);
}

/// <inheritdoc cref="IStateGrain" />
public sealed class StateGrain(
    [PersistentState("counter", "memory")] IPersistentState<Counter> state,
    [PersistentState("other")] IPersistentState<Counter> other) : Grain, IStateGrain
{
    private readonly Guid _activation = Guid.NewGuid();

    /// <inheritdoc />
    public async Task<string?> Add(int number)
    {
        await AddUnstored(number);
        await state.WriteStateAsync();
        return state.Etag;
    }

    /// <inheritdoc />
    public Task AddUnstored(int number)
    {
        state.State.Value += number;
        state.State.History.Add(number);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<(int Value, bool Exists, string? Etag)> Read() => Task.FromResult((state.State.Value, state.RecordExists, state.Etag));

    /// <inheritdoc />
    public async Task<int> Reload()
    {
        await state.ReadStateAsync();
        return state.State.Value;
    }

    /// <inheritdoc />
    public Task Clear() => state.ClearStateAsync();

    /// <inheritdoc />
    public Task<Guid> Activation() => Task.FromResult(_activation);

    /// <inheritdoc />
    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task UseOutside() => Task.Run(() => state.State.Value++);

    /// <inheritdoc />
    public async Task<int> StoreTwice()
    {
        state.State.Value++;
        var first = state.WriteStateAsync();
        state.State.Value++;
        await Task.WhenAll(first, state.WriteStateAsync());
        return await Reload();
    }

    /// <inheritdoc />
    public async Task<int> AddOther(int number)
    {
        other.State.Value += number;
        await other.WriteStateAsync();
        return other.State.Value;
    }
}

/// <summary>Keeps a state in storage of the application's own.</summary>
public interface ICustomStateGrain : IGrainWithStringKey
{
    /// <summary>Adds and stores.</summary>
    Task<int> Add(int number);

    /// <summary>Removes.</summary>
    Task Clear();

    /// <summary>Which activation this is.</summary>
    Task<Guid> Activation();
}

/// <inheritdoc cref="ICustomStateGrain" />
public sealed class CustomStateGrain([PersistentState("custom", "custom")] IPersistentState<Counter> state) : Grain, ICustomStateGrain
{
    private readonly Guid _activation = Guid.NewGuid();

    /// <inheritdoc />
    public async Task<int> Add(int number)
    {
        state.State.Value += number;
        await state.WriteStateAsync();
        return state.State.Value;
    }

    /// <inheritdoc />
    public Task Clear() => state.ClearStateAsync();

    /// <inheritdoc />
    public Task<Guid> Activation() => Task.FromResult(_activation);
}

/// <summary>A grain with its state in its base.</summary>
public interface IBaseStateGrain : IGrainWithStringKey
{
    /// <summary>Adds and stores.</summary>
    Task<int> Add(int number);

    /// <summary>Ends the activation.</summary>
    Task End();
}

/// <inheritdoc cref="IBaseStateGrain" />
public sealed class BaseStateGrain : Grain<Counter>, IBaseStateGrain
{
    /// <inheritdoc />
    public async Task<int> Add(int number)
    {
        State.Value += number;
        await WriteStateAsync();
        return State.Value;
    }

    /// <inheritdoc />
    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

/// <summary>Storage that tests look into; keys that begin with a word misbehave.</summary>
public sealed class RecordingStorage : IGrainStorage
{
    /// <summary>All states.</summary>
    public static ConcurrentDictionary<GrainId, (object State, string ETag)> States { get; } = new();

    /// <inheritdoc />
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Meeting.Note($"storage {grainId.Key}", $"read {stateName} {grainState.State is not null}");
        if (grainId.Key.ToString().StartsWith("unreadable", StringComparison.Ordinal))
        {
            throw new IOException("cannot read");
        }

        if (States.TryGetValue(grainId, out var record))
        {
            (grainState.State, grainState.ETag, grainState.RecordExists) = ((T)record.State, record.ETag, true);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Meeting.Note($"storage {grainId.Key}", $"write {stateName} {grainState.ETag}");
        if (grainId.Key.ToString().StartsWith("unwritable", StringComparison.Ordinal))
        {
            throw new IOException("cannot write");
        }

        if (States.TryGetValue(grainId, out var record) && record.ETag != grainState.ETag)
        {
            throw new InconsistentStateException("conflict", record.ETag, grainState.ETag);
        }

        grainState.ETag = Guid.NewGuid().ToString();
        grainState.RecordExists = true;
        var stored = grainState.State is Counter counter ? (object)new Counter { Value = counter.Value } : grainState.State!;
        States[grainId] = (stored, grainState.ETag);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Meeting.Note($"storage {grainId.Key}", $"clear {stateName}");
        States.TryRemove(grainId, out _);
        (grainState.ETag, grainState.RecordExists) = (null, false);
        return Task.CompletedTask;
    }
}

/// <summary>States are read before a grain is active, stored when it says so, and guarded by their versions.</summary>
[Collection(ClusterFixture.Name)]
public sealed class StateTests(ClusterFixture fixture)
{
    [Fact]
    public async Task State_OfANewGrain_IsEmptyAndNotStored()
    {
        var (value, exists, etag) = await New().Read();
        Assert.Equal(0, value);
        Assert.False(exists);
        Assert.Null(etag);
    }

    [Fact]
    public async Task State_Stored_IsThereInTheNextActivation()
    {
        var grain = New();
        var etag = await grain.Add(5);
        Assert.NotNull(etag);
        Assert.NotEqual(etag, await grain.Add(6));
        await grain.AddUnstored(100);
        var before = await grain.Activation();
        await grain.End();
        Assert.NotEqual(before, await grain.Activation());
        var (value, exists, _) = await grain.Read();
        Assert.Equal(11, value);
        Assert.True(exists);
    }

    [Fact]
    public async Task State_ReadAgain_DropsWhatWasNotStored()
    {
        var grain = New();
        await grain.Add(5);
        await grain.AddUnstored(100);
        Assert.Equal(5, await grain.Reload());
    }

    [Fact]
    public async Task State_Cleared_IsEmptyAndNotStored()
    {
        var grain = New();
        await grain.Add(5);
        await grain.Clear();
        var (value, exists, etag) = await grain.Read();
        Assert.Equal(0, value);
        Assert.False(exists);
        Assert.Null(etag);
        Assert.NotNull(await grain.Add(1));
    }

    [Fact]
    public async Task States_OfOneGrain_AreApart()
    {
        var grain = New();
        await grain.Add(5);
        Assert.Equal(7, await grain.AddOther(7));
        Assert.Equal(5, (await grain.Read()).Value);
    }

    [Fact]
    public async Task State_UsedOutsideATurn_IsRefused() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => New().UseOutside());

    [Fact]
    public async Task State_StoredTwiceAtOnce_KeepsTheLast() => Assert.Equal(2, await New().StoreTwice());

    [Fact]
    public async Task BaseState_Stored_IsThereInTheNextActivation()
    {
        var grain = fixture.Client.GetGrain<IBaseStateGrain>(ClusterFixture.NewKey());
        await grain.Add(5);
        await grain.End();
        Assert.Equal(8, await grain.Add(3));
    }

    [Fact]
    public async Task CustomStorage_IsReadOnceAndGivenItsETag()
    {
        var key = ClusterFixture.NewKey();
        var grain = Custom(key);
        await grain.Add(1);
        Assert.Equal(3, await grain.Add(2));
        var notes = Meeting.Notes($"storage {key}");
        Assert.Equal("read custom True", notes[0]);
        Assert.Equal("write custom ", notes[1]);
        Assert.StartsWith("write custom ", notes[2], StringComparison.Ordinal);
        Assert.True(notes[2].Length > "write custom ".Length);
        await grain.Clear();
        Assert.Equal("clear custom", Meeting.Notes($"storage {key}")[^1]);
    }

    [Fact]
    public async Task Conflict_FailsTheCallAndEndsTheActivation()
    {
        var key = ClusterFixture.NewKey();
        var grain = Custom(key);
        await grain.Add(1);
        var before = await grain.Activation();
        RecordingStorage.States[grain.GetGrainId()] = (new Counter { Value = 10 }, "another's");
        var exception = await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Add(1));
        Assert.Equal("another's", exception.StoredEtag);
        Assert.Equal(12, await grain.Add(2));
        Assert.NotEqual(before, await grain.Activation());
    }

    [Fact]
    public async Task StorageError_OnWrite_IsWrappedAndKeepsTheActivation()
    {
        var grain = Custom("unwritable" + ClusterFixture.NewKey());
        var before = await grain.Activation();
        var exception = await Assert.ThrowsAsync<OrleansException>(() => grain.Add(1));
        Assert.Equal("cannot write", Assert.IsType<IOException>(exception.InnerException).Message);
        Assert.Equal(before, await grain.Activation());
    }

    [Fact]
    public async Task StorageError_OnActivation_FailsTheCall()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => Custom("unreadable" + ClusterFixture.NewKey()).Add(1));
        Assert.Contains("cannot read", exception.ToString(), StringComparison.Ordinal);
    }

    private IStateGrain New() => fixture.Client.GetGrain<IStateGrain>(ClusterFixture.NewKey());

    private ICustomStateGrain Custom(string key) => fixture.Client.GetGrain<ICustomStateGrain>(key);
}

namespace Personalization.Grains.Snapshots;

/// <summary>
/// Writes a grain's state one write at a time: the store refuses one that does not follow the last. Belongs to one
/// reentrant grain and runs in its turns.
/// </summary>
internal sealed class SingleWriter
{
    private Task _writing = Task.CompletedTask;
    private bool _dirty;

    /// <summary>There is something to write.</summary>
    public void MarkDirty() => _dirty = true;

    /// <summary>Whether there is something to write.</summary>
    public bool IsDirty => _dirty;

    /// <summary>Writes what there is to write, after whatever is being written. What changes meanwhile is for the next write.</summary>
    public async Task WriteAsync<T>(IPersistentState<T> state)
    {
        while (!_writing.IsCompleted)
        {
            await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        if (!_dirty)
        {
            return;
        }

        _dirty = false;
        try
        {
            // The state is encoded before the first await inside the store.
            await (_writing = state.WriteStateAsync());
        }
        catch
        {
            _dirty = true;
            throw;
        }
    }
}

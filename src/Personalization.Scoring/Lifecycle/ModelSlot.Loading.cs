using Microsoft.Extensions.Logging;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Onnx;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Lifecycle;

/// <summary>How versions come and go.</summary>
internal sealed partial class ModelSlot<TQuestion, TAnswer>
{
    /// <inheritdoc/>
    public void LoadLive(string path)
    {
        var version = Open(path);
        lock (_gate)
        {
            _versions.Add(version);
            Router.Route = Router.Route with { Live = version };
        }
    }

    /// <inheritdoc/>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        if (Router.Route.Live is { } live && !await IsWellAsync(live, cancellationToken).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"The {Name} model {live.Name} failed on a plain input at start.");
        }
    }

    /// <inheritdoc/>
    public async Task<ModelChange> LoadAsync(string path, CancellationToken cancellationToken)
    {
        if (!TryReserve())
        {
            return ModelChange.Refused(
                ModelChangeStatus.NoRoom, $"{setup.MaxVersions} versions of the {Name} model are loaded or being loaded; unload one first.");
        }

        ModelVersion<TQuestion, TAnswer>? version = null;
        try
        {
            version = await OpenWarmAsync(path, cancellationToken).ConfigureAwait(false);
            var (change, left) = Add(version);
            await (left?.ReleaseAsync() ?? Task.CompletedTask).ConfigureAwait(false);
            return change;
        }
        catch (InvalidModelException error)
        {
            LogRefused(Name, error);
            return ModelChange.Refused(ModelChangeStatus.FileRefused, error.Problem);
        }
        finally
        {
            GiveUpUnless(version is not null);
        }
    }

    /// <inheritdoc/>
    public async Task<ModelChange> UnloadAsync(string version, CancellationToken cancellationToken)
    {
        ModelVersion<TQuestion, TAnswer> leaving;
        Shadow<TQuestion, TAnswer>? shadow;
        lock (_gate)
        {
            if (Find(version) is not { } found)
            {
                return NotLoaded(version);
            }

            var route = Router.Route;
            if (route.Live == found)
            {
                return ModelChange.Refused(ModelChangeStatus.NotPossible, $"{version} is live; make another version live, or roll back, first.");
            }

            (leaving, shadow) = (found, route.ShadowOf(found));
            Router.Route = route.Without(found);
            _before.Remove(found);
            _draining.Add(found);
        }

        return await DrainAsync(leaving, shadow).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool TryReserve()
    {
        lock (_gate)
        {
            if (_versions.Count + _loading >= setup.MaxVersions)
            {
                return false;
            }

            _loading++;
            return true;
        }
    }

    private void GiveUpUnless(bool isLoaded)
    {
        lock (_gate)
        {
            _loading -= isLoaded ? 0 : 1;
        }
    }

    // On a thread of its own: a large model takes seconds, and the pool's threads have batches to compute.
    private async Task<ModelVersion<TQuestion, TAnswer>> OpenWarmAsync(string path, CancellationToken cancellationToken)
    {
        var version = await Task.Factory.StartNew(
            () => Open(path), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        var isWell = false;
        try
        {
            isWell = await IsWellAsync(version, cancellationToken).ConfigureAwait(false);
            return isWell ? version : throw new InvalidModelException(path, "it loads, and fails on a plain input.");
        }
        finally
        {
            if (!isWell)
            {
                await version.ReleaseAsync().ConfigureAwait(false);
            }
        }
    }

    private ModelVersion<TQuestion, TAnswer> Open(string path)
    {
        var model = kind.Load(path);
        var served = model.Serve(new ServingSetup(setup.Batching, setup.Time, setup.Metrics.Batches(Name, model.Version), _logger));
        LogLoaded(model.Version, model.Device, setup.Batching.Workers, setup.Batching.MaxBatch);
        return new ModelVersion<TQuestion, TAnswer>(
            model, served, setup.Time.GetUtcNow(), setup.Metrics.Watch(Name, model.Version, () => served.Statistics().Waiting));
    }

    // Every worker has run every bucket of shapes, and plain questions are answered.
    private async Task<bool> IsWellAsync(ModelVersion<TQuestion, TAnswer> version, CancellationToken cancellationToken)
    {
        try
        {
            await version.Served.WarmAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogNotWarm(version.Name, error);
            return false;
        }

        return Array.TrueForAll(
            await version.Served.AskAsync(kind.Plain.AsMemory(), cancellationToken).ConfigureAwait(false),
            static answer => answer.Status == ScoringStatus.Scored);
    }

    // The same content may have been loaded before; then the version that is there stays, and this one is let go.
    private (ModelChange Change, ModelVersion<TQuestion, TAnswer>? Left) Add(ModelVersion<TQuestion, TAnswer> version)
    {
        lock (_gate)
        {
            _loading--;
            if (Find(version.Name) is { } known)
            {
                return (ModelChange.Done(ReportOf(known)), version);
            }

            _versions.Add(version);
            return (ModelChange.Done(ReportOf(version)), null);
        }
    }

    private async Task<ModelChange> DrainAsync(ModelVersion<TQuestion, TAnswer> leaving, Shadow<TQuestion, TAnswer>? shadow)
    {
        await (shadow?.StopAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        await leaving.DrainAsync().ConfigureAwait(false);
        LogUnloaded(leaving.Name);
        lock (_gate)
        {
            var last = ReportOf(leaving);
            _versions.Remove(leaving);
            _draining.Remove(leaving);
            return ModelChange.Done(last);
        }
    }

    [LoggerMessage(LogLevel.Information, "Model {Version} on {Device}: {Workers} workers, batches of up to {MaxBatch}.")]
    private partial void LogLoaded(string version, string device, int workers, int maxBatch);

    [LoggerMessage(LogLevel.Warning, "A file was refused as a {Model} model; what was loaded goes on.")]
    private partial void LogRefused(string model, Exception error);

    [LoggerMessage(LogLevel.Warning, "Model {Version} failed on a made-up input of a shape that it must take.")]
    private partial void LogNotWarm(string version, Exception error);

    [LoggerMessage(LogLevel.Information, "Model {Version} has been let go.")]
    private partial void LogUnloaded(string version);
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Lifecycle;

/// <summary>For whom versions read.</summary>
internal sealed partial class ModelSlot<TQuestion, TAnswer>
{
    /// <inheritdoc/>
    public async Task<ModelChange> StageAsync(string version, ModelState state, double share, CancellationToken cancellationToken)
    {
        ModelChange change;
        Shadow<TQuestion, TAnswer>? left;
        lock (_gate)
        {
            (change, left) = Find(version) is { } found ? Stage(found, state, share) : (NotLoaded(version), null);
        }

        await (left?.StopAsync() ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(false);
        return change;
    }

    /// <inheritdoc/>
    public async Task<ModelChange> RollBackAsync(string version, CancellationToken cancellationToken)
    {
        ModelChange change;
        Shadow<TQuestion, TAnswer>? left;
        lock (_gate)
        {
            (change, left) = RollBack(version);
        }

        await (left?.StopAsync() ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(false);
        return change;
    }

    private (ModelChange Change, Shadow<TQuestion, TAnswer>? Left) Stage(ModelVersion<TQuestion, TAnswer> version, ModelState state, double share)
    {
        var route = Router.Route;
        if (ProblemOf(version, state, route) is { } problem)
        {
            return (ModelChange.Refused(ModelChangeStatus.NotPossible, problem), null);
        }

        if (route.StateOf(version) == state && state != ModelState.Canary)
        {
            return (ModelChange.Done(ReportOf(version)), null);
        }

        var next = route.Without(version);
        Router.Route = state switch
        {
            ModelState.Live => MakeLive(version, next),
            ModelState.Canary => next with { Canary = new Canary<TQuestion, TAnswer>(version, share) },
            ModelState.Shadow => next with { Shadows = next.Shadows.Add(MakeShadow(version)) },
            _ => next,
        };
        var report = ReportOf(version);
        LogStaged(version.Name, state, report.TrafficShare);
        return (ModelChange.Done(report), route.ShadowOf(version));
    }

    private string? ProblemOf(ModelVersion<TQuestion, TAnswer> version, ModelState state, ModelRoute<TQuestion, TAnswer> route)
    {
        if (route.Live == version && state != ModelState.Live)
        {
            return $"{version.Name} is live; make another version live, or roll back, first.";
        }

        if (state is ModelState.Shadow or ModelState.Canary && route.Live is null)
        {
            return $"No version of the {Name} model is live: there is nothing to compare with, and nobody to read for the others.";
        }

        return state == ModelState.Canary && route.Canary is { } canary && canary.Version != version
            ? $"{canary.Version.Name} is the canary; roll it back, or make it live, first."
            : null;
    }

    private ModelRoute<TQuestion, TAnswer> MakeLive(ModelVersion<TQuestion, TAnswer> version, ModelRoute<TQuestion, TAnswer> next)
    {
        _before.Remove(version);
        if (next.Live is { } was)
        {
            _before.Add(was);
        }

        return next with { Live = version };
    }

    // Its failures are counted: logged one by one they would fill the disk of a server whose answers are all well.
    private Shadow<TQuestion, TAnswer> MakeShadow(ModelVersion<TQuestion, TAnswer> version)
    {
        version.Leases.TryEnter();
        var agreement = new AgreementCounter(setup.Metrics.Shadow(Name, version.Name));
        version.Agreement = agreement;
        var served = version.ServeApart(new ServingSetup(setup.ShadowBatching, setup.Time, Observer: null, NullLogger.Instance));
        return new Shadow<TQuestion, TAnswer>(version, served, kind.Impress, agreement, setup.ShadowQueueBound);
    }

    private (ModelChange Change, Shadow<TQuestion, TAnswer>? Left) RollBack(string name)
    {
        var route = Router.Route;
        if (route.Live is not { } live)
        {
            return Refuse($"No version of the {Name} model is live.");
        }

        var leaving = name.Length > 0 ? Find(name) : route.Canary?.Version ?? live;
        if (leaving is null)
        {
            return (NotLoaded(name), null);
        }

        if (leaving == live)
        {
            return RollBackLive(live, route);
        }

        // Any other has no users: whoever repeats a call that was made already finds things as they should be.
        if (leaving == route.Canary?.Version)
        {
            Router.Route = route.Without(leaving);
            LogRolledBack(leaving.Name, live.Name);
        }

        return (ModelChange.Done(ReportOf(live)), null);
    }

    private (ModelChange Change, Shadow<TQuestion, TAnswer>? Left) RollBackLive(
        ModelVersion<TQuestion, TAnswer> live, ModelRoute<TQuestion, TAnswer> route)
    {
        if (_before.Count == 0)
        {
            return Refuse($"No version that was live before {live.Name} is loaded.");
        }

        var back = _before[^1];
        _before.RemoveAt(_before.Count - 1);
        Router.Route = route.Without(back) with { Live = back };
        LogRolledBack(live.Name, back.Name);
        return (ModelChange.Done(ReportOf(back)), route.ShadowOf(back));
    }

    private static (ModelChange Change, Shadow<TQuestion, TAnswer>? Left) Refuse(string problem) =>
        (ModelChange.Refused(ModelChangeStatus.NotPossible, problem), null);

    [LoggerMessage(LogLevel.Information, "Model {Version} is {State} now, and reads for a share of {Share} of users.")]
    private partial void LogStaged(string version, ModelState state, double share);

    [LoggerMessage(LogLevel.Warning, "Rolled back from model {Version}; {Live} is live.")]
    private partial void LogRolledBack(string version, string live);
}

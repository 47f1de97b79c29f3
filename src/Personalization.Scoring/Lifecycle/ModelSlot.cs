using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Lifecycle;

/// <summary>
/// The versions of one model. Who reads for whom is decided here, under a lock that is held for no longer than that takes, and
/// takes effect when the router is given the new route. What takes time (loading, draining) happens beside both.
/// </summary>
internal sealed partial class ModelSlot<TQuestion, TAnswer>(ModelKind<TQuestion, TAnswer> kind, SlotSetup setup) : IModelSlot
{
    private readonly Lock _gate = new();
    private readonly ILogger _logger = setup.Logger;
    private readonly List<ModelVersion<TQuestion, TAnswer>> _versions = [];

    // Versions that were live, the last one last: each once, and none that was unloaded.
    private readonly List<ModelVersion<TQuestion, TAnswer>> _before = [];
    private readonly HashSet<ModelVersion<TQuestion, TAnswer>> _draining = [];
    private int _loading;

    /// <inheritdoc/>
    public string Name => kind.Name;

    /// <summary>Brings questions to the versions.</summary>
    public ModelRouter<TQuestion, TAnswer> Router { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<ModelReport> Report()
    {
        lock (_gate)
        {
            return [.. _versions.Select(ReportOf).OrderBy(static report => Rank(report.State))];
        }
    }

    /// <summary>Lets every version go, after what they have begun. Nobody reads any more.</summary>
    public async ValueTask DisposeAsync()
    {
        var shadows = Router.Route.Shadows;
        Router.Route = ModelRoute<TQuestion, TAnswer>.Empty;
        foreach (var shadow in shadows)
        {
            await shadow.StopAsync().ConfigureAwait(false);
        }

        foreach (var version in All())
        {
            await version.DrainAsync().ConfigureAwait(false);
        }
    }

    private ModelVersion<TQuestion, TAnswer>[] All()
    {
        lock (_gate)
        {
            return [.. _versions.Except(_draining)];
        }
    }

    private ModelVersion<TQuestion, TAnswer>? Find(string name) =>
        _versions.Find(version => version.Name == name && !_draining.Contains(version));

    private ModelChange NotLoaded(string version) =>
        ModelChange.Refused(ModelChangeStatus.NoSuchVersion, $"No version '{version}' of the {Name} model is loaded.");

    private ModelState StateOf(ModelVersion<TQuestion, TAnswer> version) =>
        _draining.Contains(version) ? ModelState.Draining : Router.Route.StateOf(version);

    private ModelReport ReportOf(ModelVersion<TQuestion, TAnswer> version)
    {
        var route = Router.Route;
        var done = route.ShadowOf(version)?.Statistics() ?? version.Served.Statistics();
        return new ModelReport
        {
            Name = Name,
            Version = version.Name,
            Device = version.Device,
            State = StateOf(version),
            TrafficShare = route.ShareOf(version),
            IsPrevious = _before.LastOrDefault() == version,
            LoadedAt = version.LoadedAt,
            Agreement = version.Agreement?.Total(),
            Waiting = done.Waiting,
            Scored = done.Computed,
            Expired = done.Expired,
            Overloaded = done.Overloaded,
            Failed = done.Failed,
            Batches = done.Batches,
            MeanQueueTime = done.QueueTime / Math.Max(1, done.Computed),
            MeanComputeTime = done.ComputeTime / Math.Max(1, done.Batches),
            BatchSizes = done.BatchSizes,
            Exits = Enum.GetValues<BatchExit>().Where(exit => exit != BatchExit.None)
                .ToImmutableSortedDictionary(static exit => exit.ToString().ToUpperInvariant(), exit => done.Exits[(int)exit]),
        };
    }

    private static int Rank(ModelState state) => state switch
    {
        ModelState.Live => 0,
        ModelState.Canary => 1,
        ModelState.Shadow => 2,
        ModelState.Ready => 3,
        _ => 4,
    };
}

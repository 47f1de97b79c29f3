using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Streams;
using Personalization.Domain.Interventions;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Grains.Interventions;
using Personalization.Grains.Products;
using Personalization.Grains.Recommendations;
using Changes = Personalization.Domain.Recommendations.Catalog.CatalogChanges;

namespace Personalization.Grains.Snapshots;

/// <summary>
/// Keeps this silo's snapshots. News says that there is something to read; what there is comes from its owner, from the
/// version that the silo has on. Every second it looks without having heard anything, for news may get lost. A snapshot that
/// is dear to make is made less often, at most every two seconds.
/// </summary>
[Reentrant]
[KeepAlive]
[PreferLocalPlacement]
public sealed partial class SnapshotFollowerGrain(
    EngineSnapshots snapshots, RecommendationModel model, TimeProvider time, ILogger<SnapshotFollowerGrain> logger)
    : Grain, ISnapshotFollowerGrain
{
    private static readonly SnapshotKind[] s_kinds = Enum.GetValues<SnapshotKind>();
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(2);
    // News of one kind comes many times a second under load; a snapshot need not be made for each.
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(25);
    private static readonly InterventionStatisticsCodec s_interventions = new();
    private static readonly PolicyChangesCodec s_policy = new();
    private readonly Following[] _following = [.. s_kinds.Select(kind => new Following(kind, new Pace(time, RestOf(kind), s_longestRest)))];
    private readonly FactorRefresher _factors = new(model.Factors, time, logger);
    private StreamSubscriptionHandle<SnapshotNews>? _subscription;
    private IGrainTimer? _gathering;
    private IGrainTimer? _looking;
    private Task _refreshing = Task.CompletedTask;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var stream = this.GetStreamProvider(StorageNames.Streams).GetStream<SnapshotNews>(SnapshotNews.Stream);
        foreach (var old in await stream.GetAllSubscriptionHandles())
        {
            // An earlier activation's, from before a crash: this grain follows once.
            await old.UnsubscribeAsync();
        }

        _subscription = await stream.SubscribeAsync((news, _) => OnNewsAsync(news));
        _gathering = this.RegisterGrainTimer(
            _ => RefreshAsync(), new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        _looking = this.RegisterGrainTimer(_ => LookAsync(), new GrainTimerCreationOptions(s_look, s_look) { Interleave = true, KeepAlive = true });
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Unfollow();

    /// <inheritdoc/>
    public Task Follow() => LookAsync();

    /// <inheritdoc/>
    public async Task Unfollow()
    {
        _factors.Stop();
        _looking?.Dispose();
        _gathering?.Dispose();
        if (_subscription is { } subscription)
        {
            _subscription = null;
            await subscription.UnsubscribeAsync();
        }

        await _refreshing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private Task OnNewsAsync(SnapshotNews news)
    {
        var following = _following[Array.IndexOf(s_kinds, news.Kind)];
        if (!following.IsStale && _subscription is not null)
        {
            following.IsStale = true;
            Schedule();
        }

        return Task.CompletedTask;
    }

    private Task LookAsync()
    {
        foreach (var following in _following)
        {
            following.IsStale = true;
        }

        return RefreshAsync();
    }

    /// <summary>How many times as long as a snapshot took the next one is waited for.</summary>
    /// <remarks>
    /// Under load every product is looked at within a second or two, each time by few of those who make up what is known of it:
    /// the graph is the dearest to copy, and has the least to gain from being copied soon.
    /// </remarks>
    private static double RestOf(SnapshotKind kind) => kind == SnapshotKind.Visits ? 39 : 9;

    /// <summary>Has what is stale refreshed as soon as the first of it may be.</summary>
    private void Schedule()
    {
        TimeSpan? soonest = null;
        foreach (var following in _following)
        {
            if (following.IsStale && (soonest is null || following.Pace.Left < soonest))
            {
                soonest = following.Pace.Left;
            }
        }

        if (soonest is { } due && _subscription is not null)
        {
            _gathering!.Change(due < s_gather ? s_gather : due, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task RefreshAsync()
    {
        // One refresh at a time: each goes on from the versions that the last one left.
        while (!_refreshing.IsCompleted)
        {
            await _refreshing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await (_refreshing = RefreshNowAsync());
        Schedule();
    }

    private async Task RefreshNowAsync()
    {
        try
        {
            foreach (var following in _following)
            {
                if (following.IsStale && following.Pace.Left == TimeSpan.Zero)
                {
                    await RefreshAsync(following);
                }
            }

            if (await _factors.TurnAsync(snapshots.Current) is { } factors)
            {
                snapshots.Replace(snapshots.Current with { Factors = factors }, SnapshotKind.Visits);
            }

            if (_following.All(static f => f.LookedAt is not null))
            {
                snapshots.Confirm(_following.Min(static f => f.LookedAt!.Value));
            }
        }
        catch (Exception e)
        {
            // What is there stays there, and answers say how old it is; the next look tries again.
            LogFailed(logger, e);
        }
    }

    private async Task RefreshAsync(Following following)
    {
        var now = time.GetUtcNow();
        following.IsStale = false;
        following.Pace.Begin();
        try
        {
            await RefreshAsync(following.Kind);
            following.LookedAt = now;
        }
        finally
        {
            following.Pace.End();
        }
    }

    private Task RefreshAsync(SnapshotKind kind) => kind switch
    {
        SnapshotKind.Catalog => RefreshCatalogAsync(),
        SnapshotKind.Sentiment => RefreshSentimentAsync(),
        SnapshotKind.Policy => RefreshPolicyAsync(),
        SnapshotKind.Visits => RefreshVisitsAsync(),
        SnapshotKind.Interventions => RefreshInterventionsAsync(),
        SnapshotKind.PolicyModes => RefreshModesAsync(),
        _ => Task.CompletedTask,
    };

    /// <remarks>
    /// A version with new products copies the lists that they belong to. So that a catalogue that is read from the beginning
    /// takes time in proportion to its size, a version takes in as much as half of what is there already.
    /// </remarks>
    private async Task RefreshCatalogAsync()
    {
        var catalog = GrainFactory.GetGrain<ICatalogGrain>(WellKnownGrains.Default);
        var (version, isAll) = (snapshots.Current.CatalogVersion, false);
        while (!isAll)
        {
            var gathered = new List<Domain.Products.ProductFacts>();
            var enough = Math.Max(1, snapshots.Current.Catalog.ListedCount / 2);
            while (!isAll && gathered.Count < enough)
            {
                var changes = await catalog.GetChanges(version);
                gathered.AddRange(changes.Products.Select(SnapshotSet.ToFacts));
                (version, isAll) = (changes.Version, changes.Version >= changes.Latest);
            }

            if (gathered.Count > 0)
            {
                var next = snapshots.Current.With(new Changes { Upserted = [.. gathered] });
                snapshots.Replace(next with { CatalogVersion = version }, SnapshotKind.Catalog);
            }
        }
    }

    private async Task RefreshSentimentAsync()
    {
        var current = snapshots.Current;
        var changes = await GrainFactory.GetGrain<ISentimentBoardGrain>(WellKnownGrains.Default).GetChanges(current.SentimentPosition);
        if (changes.Position != current.SentimentPosition)
        {
            // What an earlier epoch had more is left: whatever its owner lost is folded in again, and told anew.
            var next = current.With(new Changes { Sentiments = SnapshotSet.ToSentiments(changes) });
            snapshots.Replace(next with { SentimentPosition = changes.Position }, SnapshotKind.Sentiment);
        }
    }

    private async Task RefreshPolicyAsync()
    {
        var current = snapshots.Current;
        var changes = await GrainFactory.GetGrain<IPolicyFoldGrain>(WellKnownGrains.Default).GetChanges(current.PolicyPosition);
        if (changes.Body.Length == 0)
        {
            return;
        }

        var read = s_policy.Read(changes.Body);
        var directory = current.Catalog.Directory;
        var policy = changes.IsWhole ? PolicySnapshot.Create(read, directory) : current.Policy!.With(read, directory);
        snapshots.Replace(current with { Policy = policy, PolicyPosition = changes.Position }, SnapshotKind.Policy);
    }

    private async Task RefreshModesAsync()
    {
        var current = snapshots.Current;
        var known = current.Modes.Shadow;
        var changes = await GrainFactory.GetGrain<IPolicyFoldGrain>(WellKnownGrains.Default)
            .GetModes(current.ModesPosition, known?.Number ?? 0, known?.Policy?.Version ?? 0);
        if (changes.Body.Length > 0)
        {
            var modes = current.Modes.With(ModesChanges.Read(changes.Body), current.Catalog.Directory);
            snapshots.Replace(current with { Modes = modes, ModesPosition = changes.Position }, SnapshotKind.PolicyModes);
        }
    }

    private async Task RefreshVisitsAsync()
    {
        var owner = GrainFactory.GetGrain<IVisitsFoldGrain>(WellKnownGrains.Default);
        await RefreshNeighboursAsync(owner);
        var current = snapshots.Current;
        var popularity = await owner.GetPopularity(current.PopularityPosition);
        if (popularity.Position != current.PopularityPosition)
        {
            var next = current.With(new Changes { Popularities = SnapshotSet.ToPopularities(popularity) });
            snapshots.Replace(next with { PopularityPosition = popularity.Position }, SnapshotKind.Visits);
        }
    }

    /// <remarks>
    /// A part at a time, so that the owner can do other things in between. What changes meanwhile in a part that has been read comes
    /// with the next refresh: the copy is of when its first part was read.
    /// </remarks>
    private async Task RefreshNeighboursAsync(IVisitsFoldGrain owner)
    {
        var current = snapshots.Current;
        var editor = (current.CoVisitation ?? CoVisitationSnapshot.Empty).Edit(current.Catalog.Directory);
        var (since, reached, from) = (current.CoVisitationPosition, (SnapshotPosition?)null, 0);
        do
        {
            var part = await owner.GetNeighbours(since, editor.KnownIds, from);
            if (part.StartsOver)
            {
                editor = CoVisitationSnapshot.Empty.Edit(current.Catalog.Directory);
                since = part.Position with { Version = 0 };
            }

            reached = part.StartsOver ? part.Position : reached ?? part.Position;
            if (part.Body.Length > 0)
            {
                editor.Read(part.Body);
            }

            from = part.End;
        }
        while (from >= 0);

        if (reached is { } position && position != current.CoVisitationPosition)
        {
            snapshots.Replace(current with { CoVisitation = editor.Finish(), CoVisitationPosition = position }, SnapshotKind.Visits);
        }
    }

    private async Task RefreshInterventionsAsync()
    {
        var current = snapshots.Current;
        var changes = await GrainFactory.GetGrain<IInterventionPolicyFoldGrain>(WellKnownGrains.Default)
            .GetStatistics(current.InterventionsPosition);
        if (changes.Body.Length > 0)
        {
            var model = s_interventions.Read(changes.Body).ToModel();
            snapshots.Replace(current with { Interventions = model, InterventionsPosition = changes.Position }, SnapshotKind.Interventions);
        }
    }

    /// <summary>How one kind is followed.</summary>
    private sealed class Following(SnapshotKind kind, Pace pace)
    {
        public SnapshotKind Kind => kind;

        public Pace Pace => pace;

        /// <summary>Whether there may be something new.</summary>
        public bool IsStale { get; set; }

        /// <summary>When its owner was last asked, and answered; null for never.</summary>
        public DateTimeOffset? LookedAt { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The silo's snapshots could not be brought up to date; the next look tries again.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

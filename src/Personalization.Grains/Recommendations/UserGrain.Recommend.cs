using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Profiles;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Decisions;
using Personalization.Domain.Recommendations.Features;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Rewards;
using Personalization.Grains.Operations;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Profiles;

/// <summary>Making slates.</summary>
public sealed partial class UserGrain
{
    // Older than this, and not looked at since, snapshots may be missing something: the answer says so.
    private static readonly TimeSpan s_staleAfter = TimeSpan.FromSeconds(10);

    private const int MostPlacements = 256;
    private static readonly ConcurrentDictionary<string, Touchpoint> s_touchpoints = new(StringComparer.Ordinal);

    [ThreadStatic]
    private static RecommendWorkspace? t_workspace;

    private KeptReplies<SlateReply>? _slates;
    private KeptPool? _pool;

    /// <inheritdoc/>
    public async Task<SlateReply> Recommend(RecommendCommand command, CancellationToken cancellationToken)
    {
        var fingerprint = RequestFingerprint.Of(command);
        if (_slates?.Find(command.RequestId, fingerprint, Now) is { } kept)
        {
            return kept with { Replayed = true };
        }

        await WaitForAsync(command.MinOffset, cancellationToken);

        // While this one waited, a retry of it may have been answered.
        if (_slates?.Find(command.RequestId, fingerprint, Now) is { } meanwhile)
        {
            return meanwhile with { Replayed = true };
        }

        var reply = MakeSlate(command, command.Candidates is null ? "recommend" : "rank");
        KeptReplies<SlateReply>.Keep(ref _slates, command.RequestId, fingerprint, Now, reply);
        return reply;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SlateReply> WatchRecommendations(
        RecommendCommand command, TimeSpan minInterval, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await WaitForAsync(command.MinOffset, cancellationToken);
        var trigger = "INITIAL";
        var snapshots = _services.Snapshots;
        while (!cancellationToken.IsCancellationRequested && !ProfileChanged.IsComplete)
        {
            var seen = snapshots.Current;
            var changed = ProfileChanged.Next;
            yield return MakeSlate(command, "watch") with { Trigger = trigger };
            trigger = await WaitForChangeAsync(seen, changed, minInterval, cancellationToken);
        }
    }

    private SlateReply MakeSlate(RecommendCommand command, string kind)
    {
        using var span = EngineTraces.Start(EngineTraces.Recommend);
        var started = _services.Time.GetTimestamp();
        var now = Now;
        var set = _services.Snapshots.Current;
        var mayPersonalize = State.Consent.Allows(ConsentPurpose.Personalization, _services.ConsentPolicy);
        var room = t_room ??= new ShopperRoom();
        var reading = default(ProfileReading);
        var shopper = mayPersonalize && State.AppliedOffset > 0 ? room.View(State.Profile!, _user, now, out reading) : default;
        var (arm, experiment) = _services.Experiments.RankingOf(_user);
        var decisionId = _services.DecisionIds.Next();
        var slate = _services.Recommender.Recommend(
            new RecommendInput
            {
                User = _user,
                Shopper = shopper,
                Request = ToRequest(command),
                DecisionId = decisionId,
                Now = now,
                Catalog = set.CatalogVersion == 0 ? null : set.Catalog,
                Policy = set.Policy,
                Modes = set.Modes,
                CoVisitation = set.CoVisitation,
                Factors = set.RipeFactors,
                Kept = _pool,
                Arm = arm,
                Experiment = experiment,
                StaleSince = set.CheckedAt is { } at && now - at > s_staleAfter ? at : null,
            },
            t_workspace ??= new RecommendWorkspace());

        room.Leave();
        _pool = slate.Pool ?? _pool;
        if (slate.Items.Length > 0)
        {
            NoteDecided(decisionId);
            _services.Recorder.Record(_user, decisionId, now, DecisionCodec.Encode(slate.Decision));
        }

        var degraded = DegradationsOf(slate, mayPersonalize);
        Note(kind, now, slate, reading.ShortTerm.Valence.Mean, set, degraded, started);
        return ToReply(decisionId, now, slate, set, experiment, degraded);
    }

    private SlateReply ToReply(
        string decisionId, DateTimeOffset now, Slate slate, SnapshotSet set, string experiment, DegradationMessage[] degraded)
    {
        var items = new SlateItem[slate.Items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            var item = slate.Items[i];
            items[i] = new SlateItem
            {
                ProductId = item.ItemId,
                Score = item.Score,
                Propensity = item.Propensity,
                Source = item.Source,
                Reasons = item.Reasons.IsDefaultOrEmpty
                    ? []
                    : [.. item.Reasons.Select(static r => new ReasonMessage(r.Signal, r.Text, r.Contribution, r.Share))],
                Boost = item.Boost,
                Valence = item.Sentiment.Mean,
                ValenceSd = item.Sentiment.StandardDeviation,
                SentimentWeight = item.Sentiment.Weight,
            };
        }

        return new SlateReply
        {
            DecisionId = decisionId,
            AttributionToken = _services.Tokens.Sign(new AttributionToken(decisionId, _user, now, slate.Decision.PolicyVersion)),
            Items = items,
            SlatePropensity = slate.Propensity,
            PolicyVersion = set.PolicyName,
            ModelVersions = State.ModelVersions,
            Experiment = experiment,
            CatalogVersion = set.CatalogVersion,
            Partition = _partition,
            Offset = State.AppliedOffset,
            OccurredAt = State.AppliedAt,
            Degraded = degraded,
            UnknownCandidates = slate.UnknownCandidates.IsDefaultOrEmpty ? [] : [.. slate.UnknownCandidates],
            Mode = slate.Decision.Mode,
            Shadow = slate.Decision.Shadow is null ? string.Empty : set.Modes.Shadow!.Name,
        };
    }

    private static RecommendRequest ToRequest(RecommendCommand command) => new()
    {
        Placement = command.Placement,
        Touchpoint = TouchpointOf(command.Placement),
        Context = ContextOf(command.Context),
        PageSize = command.PageSize,
        Filter = new ItemFilter
        {
            Brands = Shared(command.Brands),
            Categories = Shared(command.Categories),
            MinPrice = command.MinPrice,
            MaxPrice = command.MaxPrice,
            InStockOnly = command.InStockOnly,
        },
        SeedIds = Shared(command.SeedProductIds),
        ExcludedIds = Shared(command.ExcludedProductIds),
        Diversity = command.Diversity,
        Explain = command.Explain,
        AllowRepurchase = command.AllowRepurchase,
        Rules = command.Rules.Length == 0 ? [] : [.. command.Rules.Select(static r => r.ToRule())],
        Candidates = command.Candidates is null ? default : Shared(command.Candidates),
        OfflineScores = ImmutableCollectionsMarshal.AsImmutableArray(command.OfflineScores),
    };

    private static ContextFeatures ContextOf(ContextEntry[] entries)
    {
        if (entries.Length == 0)
        {
            return default;
        }

        var context = Array.ConvertAll(entries, static entry => KeyValuePair.Create(entry.Key, entry.Kind switch
        {
            ContextValueKind.Text => ContextValue.Of(entry.Text!),
            ContextValueKind.Boolean => ContextValue.Of(entry.Number > 0),
            _ => ContextValue.Of(entry.Number),
        }));
        return ContextFeatures.Of(context);
    }

    // A command is immutable: nobody writes to its arrays.
    private static ImmutableArray<string> Shared(string[] values) => ImmutableCollectionsMarshal.AsImmutableArray(values);

    // A shop has a handful of placements, and their names are the same in every request.
    private static Touchpoint TouchpointOf(string placement)
    {
        if (s_touchpoints.TryGetValue(placement, out var known))
        {
            return known;
        }

        var touchpoint = ReadTouchpoint(placement);
        if (s_touchpoints.Count < MostPlacements)
        {
            s_touchpoints.TryAdd(placement, touchpoint);
        }

        return touchpoint;
    }

    // A placement is the caller's word; those that name a touchpoint tell where the shopper is.
    private static Touchpoint ReadTouchpoint(string placement) =>
        Enum.TryParse<Touchpoint>(placement.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var touchpoint)
        && Enum.IsDefined(touchpoint) && !char.IsAsciiDigit(placement[0])
            ? touchpoint
            : Touchpoint.Unspecified;

    private DegradationMessage[] DegradationsOf(Slate slate, bool mayPersonalize)
    {
        if (slate.Degraded.IsDefaultOrEmpty && mayPersonalize && PendingFeelings == 0)
        {
            return [];
        }

        var degraded = slate.Degraded.Select(static d => new DegradationMessage(d.Code, d.Detail));
        return mayPersonalize
            ? [.. OwedDegradation(), .. degraded]
            : [new DegradationMessage("NO_CONSENT", "The shopper has not agreed to personalization: the slate is a stranger's."), .. degraded];
    }

    private void Note(
        string kind, DateTimeOffset now, Slate slate, double valence, SnapshotSet set, DegradationMessage[] degraded, long started)
    {
        EngineMeters.Recommendations.Add(1, new KeyValuePair<string, object?>("kind", kind));
        CountShadow(slate.Decision);
        EngineMeters.RecommendLatency.Record(_services.Time.GetElapsedTime(started).TotalMilliseconds);
        if (_services.Recent.Wants(now))
        {
            _services.Recent.Add(new RecentDecision(
                now, kind, Pseudonym, string.Join(", ", slate.Items.Take(3).Select(static i => i.ItemId)),
                slate.Items.Length > 0 ? slate.Items[0].Propensity : 0, valence,
                set.PolicyName, string.Join(',', degraded.Select(static d => d.Reason))));
        }
    }

    private static void CountShadow(Decision decision)
    {
        if (decision.Shadow is { } shadow)
        {
            var mode = new KeyValuePair<string, object?>("mode", decision.Mode == PolicyMode.Apprentice ? "apprentice" : "online");
            EngineMeters.ShadowDecisions.Add(1, mode);
            EngineMeters.ShadowAgreement.Add(shadow.Propensities[0], mode);
        }
    }

    /// <summary>Waits for something that can change a slate, and for the interval to pass.</summary>
    /// <returns>What changed.</returns>
    private async Task<string> WaitForChangeAsync(SnapshotSet seen, Task profileChanged, TimeSpan minInterval, CancellationToken cancellationToken)
    {
        var time = _services.Time;
        var earliest = time.GetUtcNow() + minInterval;
        var snapshotChanged = new TaskCompletionSource<SnapshotKind>(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnChanged(SnapshotKind kind)
        {
            if (kind != SnapshotKind.PolicyModes || !seen.Modes.ShowsTheSameAs(_services.Snapshots.Current.Modes))
            {
                snapshotChanged.TrySetResult(kind);
            }
        }

        _services.Snapshots.Changed += OnChanged;
        try
        {
            if (HasSamePolicy(seen, _services.Snapshots.Current) && ReferenceEquals(seen.Catalog, _services.Snapshots.Current.Catalog))
            {
                await Task.WhenAny(profileChanged, snapshotChanged.Task).WaitAsync(cancellationToken);
            }
        }
        finally
        {
            _services.Snapshots.Changed -= OnChanged;
        }

        var left = earliest - time.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, cancellationToken);
        }

        return profileChanged.IsCompleted ? "PROFILE_CHANGED"
            : HasSamePolicy(seen, _services.Snapshots.Current) ? "CATALOG_CHANGED"
            : "POLICY_CHANGED";
    }

    private static bool HasSamePolicy(SnapshotSet one, SnapshotSet other) =>
        ReferenceEquals(one.Policy, other.Policy) && one.Modes.ShowsTheSameAs(other.Modes);
}

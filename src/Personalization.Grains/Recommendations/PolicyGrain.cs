using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Modes;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Domain.Serialization;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Operations;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Recommendations;

/// <summary>Owns what the recommendation policy has learned.</summary>
[Reentrant]
[KeepAlive]
public sealed partial class PolicyGrain(
    [PersistentState("policy", StorageNames.State)] IPersistentState<PolicyState> state,
    [PersistentState("policy-previous", StorageNames.State)] IPersistentState<PreviousPolicy> previous,
    RecommendationModel model,
    TimeProvider time,
    ILogger<PolicyGrain> logger)
    : Grain, IPolicyFoldGrain, IPolicyGrain
{
    private static readonly PolicyChangesCodec s_changes = new();
    private readonly SingleWriter _writer = new(time, SingleWriter.LongRest);
    private SnapshotPublisher? _news;
    private SnapshotPublisher? _modesNews;

    private PolicyStatistics Statistics => state.State.Statistics!;

    private PolicyModes Modes => state.State.Modes;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        state.State.Statistics ??= model.NewStatistics();
        _news = new SnapshotPublisher(this, SnapshotKind.Policy);
        _modesNews = new SnapshotPublisher(this, SnapshotKind.PolicyModes);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<RangeFoldReply> Fold(RangeFold fold)
    {
        if (Statistics.Offsets.Of(fold.Partition) < fold.Previous)
        {
            return Task.FromResult(new RangeFoldReply(RangeFoldStatus.Lost, Statistics.Offsets.Of(fold.Partition)));
        }

        var updates = LearnFoldCodec.Decode(fold.Body.Span, PolicyUpdateCodec.Read);

        // The sender has nothing for us before this range that it has not sent: a gap is one in its other events.
        var applied = Statistics.Offsets.Of(fold.Partition);
        var (before, alarms) = (Statistics.Version, Statistics.Model.Alarms);
        var outcome = Statistics.Apply(fold.Partition, Math.Min(fold.From, applied), fold.To, updates);
        if (outcome is BatchOutcome.Applied or BatchOutcome.AppliedInPart)
        {
            _writer.MarkDirty(fold.Partition);
            TeachShadow(fold, applied, updates);
        }

        if (Statistics.Version != before)
        {
            _news!.Changed(Statistics.Version);
            TellAlarms(alarms);
        }

        return Task.FromResult(outcome.ToReply(Statistics.Offsets.Of(fold.Partition)));
    }

    /// <inheritdoc/>
    public async Task<long> Persist(int partition)
    {
        var offset = Statistics.Offsets.Of(partition);
        await _writer.WriteAsync(state, partition);
        return offset;
    }

    /// <inheritdoc/>
    public Task<SnapshotChanges> GetChanges(SnapshotPosition since) => Task.FromResult(
        this.ChangesSince(
            Statistics.NeedsWhole(since.Version) ? SnapshotPosition.None : since,
            Statistics.Version,
            (version, output) => s_changes.Write(Statistics.ChangesSince(version), output)));

    private void TellAlarms(int before)
    {
        var learned = Statistics.Model;
        if (learned.Alarms > before)
        {
            EngineMeters.PolicyAlarms.Add(learned.Alarms - before);
            LogAlarm(logger, learned.Alarms, learned.AlarmedAt);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "What shoppers choose is predicted worse than it used to be: the recommendation policy explores more again (alarm {Alarms}, after {Observations} observations).")]
    private static partial void LogAlarm(ILogger logger, int alarms, long observations);
}

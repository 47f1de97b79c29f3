using Orleans.Concurrency;
using Personalization.Domain.Interventions;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Serialization;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Interventions;

/// <summary>Owns what is known about what interventions do.</summary>
[Reentrant]
[KeepAlive]
public sealed class InterventionPolicyGrain(
    [PersistentState("interventions", StorageNames.State)] IPersistentState<InterventionStatistics> state, TimeProvider time)
    : Grain, IInterventionPolicyFoldGrain
{
    private static readonly InterventionStatisticsCodec s_codec = new();
    private readonly SingleWriter _writer = new(time);
    private SnapshotPublisher? _news;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _news = new SnapshotPublisher(this, SnapshotKind.Interventions);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<RangeFoldReply> Fold(RangeFold fold)
    {
        if (state.State.Offsets.Of(fold.Partition) < fold.Previous)
        {
            return Task.FromResult(new RangeFoldReply(RangeFoldStatus.Lost, state.State.Offsets.Of(fold.Partition)));
        }

        var lessons = LearnFoldCodec.Decode(fold.Body.Span, static (offset, bytes) =>
        {
            var reader = new StateReader(bytes);
            return InterventionLesson.Read(ref reader) with { Offset = offset };
        });

        // The sender has nothing for us before this range that it has not sent: a gap is one in its other events.
        var from = Math.Min(fold.From, state.State.Offsets.Of(fold.Partition));
        var outcome = state.State.Apply(fold.Partition, from, fold.To, lessons);
        if (outcome is BatchOutcome.Applied or BatchOutcome.AppliedInPart)
        {
            _writer.MarkDirty(fold.Partition);
            _news!.Changed(state.State.Version);
        }

        return Task.FromResult(outcome.ToReply(state.State.Offsets.Of(fold.Partition)));
    }

    /// <inheritdoc/>
    public async Task<long> Persist(int partition)
    {
        var offset = state.State.Offsets.Of(partition);
        await _writer.WriteAsync(state, partition);
        return offset;
    }

    /// <inheritdoc/>
    public Task<SnapshotChanges> GetStatistics(SnapshotPosition since) =>
        Task.FromResult(this.ChangesSince(since, state.State.Version, (_, output) => s_codec.Write(state.State, output)));
}

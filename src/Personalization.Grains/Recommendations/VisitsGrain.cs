using Orleans.Concurrency;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Serialization;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Recommendations;

/// <summary>Owns what is looked at together and what is popular.</summary>
[Reentrant]
[KeepAlive]
public sealed class VisitsGrain(
    [PersistentState("visits", StorageNames.State)] IPersistentState<VisitsState> state, RecommendationModel model, TimeProvider time)
    : Grain, IVisitsFoldGrain
{
    private readonly SingleWriter _writer = new(time, SingleWriter.LongRest);
    private CoVisitationChanges? _changes;
    private SnapshotPublisher? _news;

    private CoVisitation CoVisitation => state.State.CoVisitation!;

    private Popularity Popularity => state.State.Popularity!;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        state.State.CoVisitation ??= new CoVisitation(model.CoVisitation);
        state.State.Popularity ??= new Popularity();
        _changes = new CoVisitationChanges(CoVisitation);
        _news = new SnapshotPublisher(this, SnapshotKind.Visits);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<RangeFoldReply> Fold(RangeFold fold)
    {
        if (CoVisitation.Offsets.Of(fold.Partition) < fold.Previous)
        {
            return Task.FromResult(new RangeFoldReply(RangeFoldStatus.Lost, CoVisitation.Offsets.Of(fold.Partition)));
        }

        var visits = LearnFoldCodec.Decode(fold.Body.Span, (offset, bytes) => Visits.Read(bytes, CoVisitation)[0] with { Offset = offset });

        // The sender has nothing for us before this range that it has not sent: a gap is one in its other events.
        var from = Math.Min(fold.From, CoVisitation.Offsets.Of(fold.Partition));
        var outcome = CoVisitation.Apply(fold.Partition, from, fold.To, visits);
        if (outcome is BatchOutcome.Applied or BatchOutcome.AppliedInPart)
        {
            // Both are stored together and so are always equally far.
            Popularity.Apply(fold.Partition, from, fold.To, visits);
            _writer.MarkDirty(fold.Partition);
            _news!.Changed(CoVisitation.Version);
        }

        return Task.FromResult(outcome.ToReply(CoVisitation.Offsets.Of(fold.Partition)));
    }

    /// <inheritdoc/>
    public async Task<long> Persist(int partition)
    {
        var offset = CoVisitation.Offsets.Of(partition);
        await _writer.WriteAsync(state, partition);
        return offset;
    }

    /// <inheritdoc/>
    public Task<NeighbourChanges> GetNeighbours(SnapshotPosition since, int knownIds, int from)
    {
        var epoch = this.Epoch();
        var startsOver = !string.Equals(since.Epoch, epoch, StringComparison.Ordinal);
        if (!startsOver && from == 0 && since.Version >= CoVisitation.Version)
        {
            return Task.FromResult(new NeighbourChanges(since, [], false, CoVisitationChanges.Nothing));
        }

        using var output = new PooledBuffer();
        var end = startsOver ? _changes!.Write(0, 0, 0, output) : _changes!.Write(since.Version, knownIds, from, output);
        var position = new SnapshotPosition(epoch, CoVisitation.Version);
        return Task.FromResult(new NeighbourChanges(position, output.WrittenSpan.ToArray(), startsOver, end));
    }

    /// <inheritdoc/>
    public Task<PopularityChanges> GetPopularity(SnapshotPosition since)
    {
        var rows = Popularity.ChangesSince(this.VersionOf(since), time.GetUtcNow())
            .Select(static row => new PopularityRow(row.Key, [.. row.Value.BySegment], row.Value.Trend, ToSums(row.Value.Rhythm)));
        return Task.FromResult(new PopularityChanges(new SnapshotPosition(this.Epoch(), Popularity.Version), [.. rows]));
    }

    private static double[]? ToSums(PurchaseRhythm rhythm) =>
        rhythm.Purchases > 0 ? [rhythm.Purchases, rhythm.Repeats, rhythm.LogDays, rhythm.SquaredLogDays] : null;
}

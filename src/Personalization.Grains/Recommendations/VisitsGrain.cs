using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Storage;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Candidates;
using Personalization.Domain.Serialization;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Recommendations;

/// <summary>Owns what is looked at together and what is popular.</summary>
/// <remarks>
/// Its state grows with the catalogue and little of it changes at a time: what is new goes to a journal, and the whole is stored
/// when the journal has grown as large, at the latest when it is as old as may be.
/// </remarks>
[Reentrant]
[KeepAlive]
public sealed class VisitsGrain(
    [PersistentState(VisitsGrain.StateName, StorageNames.State)] IPersistentState<VisitsState> state, RecommendationModel model, TimeProvider time)
    : Grain, IVisitsFoldGrain
{
    private const string StateName = "visits";

    private const int NoPartition = -1;

    private readonly SingleWriter _writer = new(time, SingleWriter.LongRest);
    private StateJournal? _journal;
    private CoVisitationChanges? _changes;
    private SnapshotPublisher? _news;
    private bool _storeWhole;

    private CoVisitation CoVisitation => state.State.CoVisitation!;

    private Popularity Popularity => state.State.Popularity!;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        state.State.CoVisitation ??= new CoVisitation(model.CoVisitation);
        state.State.Popularity ??= new Popularity();
        var storage = GrainContext.ActivationServices.GetRequiredKeyedService<IGrainStorage>(StorageNames.State);
        _journal = new StateJournal(storage, this.GetGrainId(), StateName);
        await _journal.ReplayAsync(state.State.UntrimmedPage, state.State.FirstPage, Replay);
        _changes = new CoVisitationChanges(CoVisitation);
        _news = new SnapshotPublisher(this, SnapshotKind.Visits);
        this.RegisterGrainTimer(_ => AgeAsync(), new GrainTimerCreationOptions(model.VisitsJournalAge, model.VisitsJournalAge) { Interleave = true, KeepAlive = true });
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _journal?.Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<RangeFoldReply> Fold(RangeFold fold)
    {
        if (CoVisitation.Offsets.Of(fold.Partition) < fold.Previous)
        {
            return Task.FromResult(new RangeFoldReply(RangeFoldStatus.Lost, CoVisitation.Offsets.Of(fold.Partition)));
        }

        // The sender has nothing for us before this range that it has not sent: a gap is one in its other events.
        var from = Math.Min(fold.From, CoVisitation.Offsets.Of(fold.Partition));
        var outcome = Take(fold.Partition, from, fold.To, fold.Body.Span);
        if (outcome is BatchOutcome.Applied or BatchOutcome.AppliedInPart)
        {
            Note(fold.Partition, from, fold.To, fold.Body.Span);
            _writer.MarkDirty(fold.Partition);
            _news!.Changed(CoVisitation.Version);
        }

        return Task.FromResult(outcome.ToReply(CoVisitation.Offsets.Of(fold.Partition)));
    }

    /// <inheritdoc/>
    public async Task<long> Persist(int partition)
    {
        var offset = CoVisitation.Offsets.Of(partition);
        await _writer.WriteAsync(WriteAsync, partition);
        return offset;
    }

    /// <inheritdoc/>
    public Task<NeighbourChanges> GetNeighbours(SnapshotPosition since, int knownIds, int from)
    {
        var startsOver = !this.IsOfEpoch(since);
        if (!startsOver && from == 0 && since.Version >= CoVisitation.Version)
        {
            return Task.FromResult(new NeighbourChanges(since, [], false, CoVisitationChanges.Nothing));
        }

        using var output = new PooledBuffer();
        var end = startsOver ? _changes!.Write(0, 0, 0, output) : _changes!.Write(since.Version, knownIds, from, output);
        var position = new SnapshotPosition(this.Epoch(), CoVisitation.Version);
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

    private BatchOutcome Take(int partition, long from, long to, ReadOnlySpan<byte> body)
    {
        var visits = LearnFoldCodec.Decode(body, (offset, bytes) => Visits.Read(bytes, CoVisitation)[0] with { Offset = offset });
        var outcome = CoVisitation.Apply(partition, from, to, visits);
        if (outcome is BatchOutcome.Applied or BatchOutcome.AppliedInPart)
        {
            // Both are stored together and so are always equally far.
            Popularity.Apply(partition, from, to, visits);
        }

        return outcome;
    }

    private void Note(int partition, long from, long to, ReadOnlySpan<byte> body)
    {
        var writer = new StateWriter(_journal!.Output);
        writer.UInt((ulong)partition);
        writer.Int(from);
        writer.Int(to);
        writer.Bytes(body);
    }

    private void Replay(ReadOnlyMemory<byte> page)
    {
        var reader = new StateReader(page.Span);
        while (!reader.AtEnd)
        {
            Take((int)reader.UInt(), reader.Int(), reader.Int(), reader.Bytes());
        }
    }

    // Written while nothing else is: the state is not written, nor its journal trimmed, by two at a time.
    private Task WriteAsync() =>
        _storeWhole || _journal!.Bytes >= Math.Max(model.VisitsJournalBytes, state.State.StoredBytes) ? StoreWholeAsync() : _journal.WritePageAsync();

    private async Task StoreWholeAsync()
    {
        // Until it is stored, what is not in a page is nowhere else.
        _storeWhole = true;
        _journal!.Forget();
        (state.State.UntrimmedPage, state.State.FirstPage) = (_journal.Untrimmed, _journal.NextPage);
        await state.WriteStateAsync();
        _storeWhole = false;
        await _journal.TrimAsync(state.State.FirstPage);
    }

    /// <summary>Pages hold single visits, without who came: not for longer than is allowed.</summary>
    private async Task AgeAsync()
    {
        if (_journal!.HasPages)
        {
            _storeWhole = true;
            _writer.MarkDirty(NoPartition);
            await _writer.WriteAsync(WriteAsync, NoPartition);
        }
    }
}

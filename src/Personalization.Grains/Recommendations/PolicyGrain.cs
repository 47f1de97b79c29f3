using System.Buffers;
using Orleans.Concurrency;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Recommendations.Policies;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Recommendations;

/// <summary>Owns what the recommendation policy has learned.</summary>
[Reentrant]
[KeepAlive]
public sealed class PolicyGrain(
    [PersistentState("policy", StorageNames.State)] IPersistentState<PolicyState> state, RecommendationModel model) : Grain, IPolicyFoldGrain
{
    private static readonly PolicyChangesCodec s_changes = new();
    private readonly SingleWriter _writer = new();

    private PolicyStatistics Statistics => state.State.Statistics!;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        state.State.Statistics ??= model.NewStatistics();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<RangeFoldReply> Fold(RangeFold fold)
    {
        if (Statistics.Offsets.Of(fold.Partition) < fold.Previous)
        {
            return new RangeFoldReply(RangeFoldStatus.Lost, Statistics.Offsets.Of(fold.Partition));
        }

        var updates = LearnFoldCodec.Decode(fold.Body.Span, PolicyUpdateCodec.Read);

        // The sender has nothing for us before this range that it has not sent: a gap is one in its other events.
        var applied = Statistics.Offsets.Of(fold.Partition);
        var before = Statistics.Version;
        var outcome = Statistics.Apply(fold.Partition, Math.Min(fold.From, applied), fold.To, updates);
        if (outcome is BatchOutcome.Applied or BatchOutcome.AppliedInPart)
        {
            _writer.MarkDirty();
        }

        if (Statistics.Version != before)
        {
            await this.PublishAsync(SnapshotKind.Policy, Statistics.Version);
        }

        return outcome.ToReply(Statistics.Offsets.Of(fold.Partition));
    }

    /// <inheritdoc/>
    public async Task<long> Persist(int partition)
    {
        var offset = Statistics.Offsets.Of(partition);
        await _writer.WriteAsync(state);
        return offset;
    }

    /// <inheritdoc/>
    public Task<byte[]> GetChanges(long sinceVersion)
    {
        // Version 0 is a policy too: what is believed before the first reward.
        if (Statistics.Version <= sinceVersion && sinceVersion > 0)
        {
            return Task.FromResult<byte[]>([]);
        }

        var output = new ArrayBufferWriter<byte>();
        s_changes.Write(Statistics.ChangesSince(sinceVersion), output);
        return Task.FromResult(output.WrittenSpan.ToArray());
    }
}

using Orleans.Concurrency;
using Personalization.Domain.Recommendations;
using Personalization.Domain.Rewards;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Operations;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Rewards;

/// <summary>
/// Writes joined rewards into the decision log, each batch of a partition as a whole. The log and the grain's own state are
/// not written together; so a new activation reads the log's end, to know what a crash left behind the state's back.
/// </summary>
[Reentrant]
[KeepAlive]
public sealed class DecisionLogGrain(
    [PersistentState("decision-log", StorageNames.State)] IPersistentState<DecisionLogState> state, IDecisionLog log, TimeProvider time)
    : Grain, IDecisionLogFoldGrain
{
    // A clock may be set back a little between two activations.
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(1);
    private readonly SingleWriter _writer = new(time);
    private readonly Dictionary<int, Task> _appending = [];

    private AppliedOffsets Offsets => state.State.Offsets;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!state.RecordExists)
        {
            // Noted before the first line, so that there is a moment to read from.
            state.State.NotedAt = time.GetUtcNow();
            await state.WriteStateAsync(cancellationToken);
            return;
        }

        await foreach (var entry in log.ScanAsync(state.State.NotedAt - s_skew, DateTimeOffset.MaxValue, cancellationToken))
        {
            if (DecisionLogLine.TryDecode(entry.Body.Span, out var line) && line.Offset > Offsets.Of(line.Partition))
            {
                Offsets.Advance(line.Partition, line.Offset - 1, line.Offset, out _);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<RangeFoldReply> Fold(RangeFold fold)
    {
        // A sender that gave up waiting sends again; whether it must, only the end of the first append tells.
        while (_appending.TryGetValue(fold.Partition, out var other) && !other.IsCompleted)
        {
            await other.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        if (Offsets.Of(fold.Partition) < fold.Previous)
        {
            return new RangeFoldReply(RangeFoldStatus.Lost, Offsets.Of(fold.Partition));
        }

        if (fold.To <= Offsets.Of(fold.Partition))
        {
            return new RangeFoldReply(RangeFoldStatus.AlreadyApplied, Offsets.Of(fold.Partition));
        }

        var appending = AppendAsync(fold);
        _appending[fold.Partition] = appending;
        await appending;
        return new RangeFoldReply(RangeFoldStatus.Applied, Offsets.Of(fold.Partition));
    }

    /// <inheritdoc/>
    public async Task<long> Persist(int partition)
    {
        var offset = Offsets.Of(partition);

        // Should the write come later, it is of more than this says: then a little of the log is read that need not be.
        state.State.NotedAt = time.GetUtcNow();
        await _writer.WriteAsync(state, partition);
        return offset;
    }

    private async Task AppendAsync(RangeFold fold)
    {
        var now = time.GetUtcNow();
        var applied = Offsets.Of(fold.Partition);
        var effects = LearnFoldCodec.Decode(fold.Body.Span, static (offset, bytes) => (Offset: offset, Effect: DecisionLogEffect.Decode(bytes)));
        var lines = new List<LoggedDecision>(effects.Length);
        foreach (var (offset, effect) in effects)
        {
            if (offset > applied && !effect.IsErasure)
            {
                var line = new DecisionLogLine(fold.Partition, offset, effect.Reward);
                lines.Add(new LoggedDecision(effect.DecisionId, now, effect.User, line.Encode()));
            }
        }

        // One append for all: a crash leaves all of them or none, and the last one's offset tells which.
        await log.AppendAsync(lines, CancellationToken.None);
        foreach (var (offset, effect) in effects)
        {
            if (offset > applied && effect.IsErasure)
            {
                // What was joined while the user was being erased came after their lines were removed.
                await log.RemoveUserAsync(effect.User, CancellationToken.None);
            }
        }

        Offsets.Advance(fold.Partition, Math.Min(fold.From, applied), fold.To, out _);
        _writer.MarkDirty(fold.Partition);
        EngineMeters.RewardsLogged.Add(lines.Count);
    }
}

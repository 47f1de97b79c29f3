using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Grains.Operations;
using Personalization.Grains.Products;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Ingestion;

/// <summary>
/// Pumps one partition: reads the log in order, has feelings scored, hands each user their events, and passes on to
/// products and policies what comes of them. A crash at any point replays from the checkpoint, and everyone who is called
/// ignores what they have: so every event counts exactly once.
/// </summary>
[Reentrant]
[KeepAlive]
public sealed partial class IngestionPartitionGrain : Grain, IIngestionPartitionGrain
{
    private static readonly TimeSpan s_longestBackoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestRest = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_shortestLatePause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestLatePause = TimeSpan.FromSeconds(5);

    private readonly IPersistentState<PartitionState> _state;
    private readonly IEventLog _log;
    private readonly BatchFolder _folder;
    private readonly LateFeelings _lateFeelings;
    private readonly PumpGate _gate;
    private readonly FoldBacklog _backlog;
    private readonly DurableCheckpoints _checkpoints;
    private readonly PumpOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<IngestionPartitionGrain> _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly OffsetWaiters _waiters = new();
    private readonly FoldUrgency _urgency;
    private readonly Pace _pace;

    private Task _pump = Task.CompletedTask;
    private Task _late = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private Task<long>? _checkpointing;
    private IGrainTimer? _tick;
    private int _partition;
    private long _applied;
    private bool _rewinding;
    private bool _draining;
    private DateTimeOffset _checkpointDue;
    private DateTimeOffset _lateDue;
    private TimeSpan _latePause = s_shortestLatePause;

    /// <summary>Made by the runtime.</summary>
    public IngestionPartitionGrain(
        [PersistentState("partition", StorageNames.State)] IPersistentState<PartitionState> state,
        IEventLog log,
        IGrainFactory grains,
        IRejectedEventStore rejected,
        ProductModel products,
        PumpGate gate,
        FoldBacklog backlog,
        SettledFolds settled,
        DurableCheckpoints checkpoints,
        IOptions<PumpOptions> options,
        TimeProvider time,
        ILogger<IngestionPartitionGrain> logger)
    {
        _state = state;
        _log = log;
        _gate = gate;
        _backlog = backlog;
        _checkpoints = checkpoints;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _urgency = new FoldUrgency(gate);
        _pace = new Pace(time, 1, s_longestRest);
        _folder = new BatchFolder(grains, rejected, products, settled, _options, time, logger);
        _lateFeelings = new LateFeelings(grains, log, _options, time, logger);
    }

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _partition = checked((int)this.GetPrimaryKeyLong());
        if (_partition < 0 || _partition >= _log.PartitionCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(_partition), _partition, $"The log has partitions 0 to {_log.PartitionCount - 1}.");
        }

        MoveTo(_state.State.Checkpoint);
        _checkpoints.Hear(_partition, _state.State.Checkpoint);
        ScheduleCheckpoint(spread: true);
        _tick = this.RegisterGrainTimer(
            OnTickAsync,
            new GrainTimerCreationOptions(_options.FoldInterval, _options.FoldInterval) { Interleave = true, KeepAlive = true });
        StartPump();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        _waiters.FailAll();
        await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await _late.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _stopping.Dispose();
        _backlog.Leave(_partition);
    }

    /// <inheritdoc/>
    public Task Poke(long tail)
    {
        StartPump();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<PartitionProgress> GetProgress() =>
        Task.FromResult(new PartitionProgress(_log.Tail(_partition), _applied, _state.State.Checkpoint));

    /// <inheritdoc/>
    public Task WaitForApplied(long offset, CancellationToken cancellationToken)
    {
        if (offset <= _applied)
        {
            return Task.CompletedTask;
        }

        var reached = _waiters.WaitAsync(offset, cancellationToken);
        SayHowUrgent();
        return reached;
    }

    /// <inheritdoc/>
    public Task<long> Checkpoint()
    {
        if (_checkpointing is null or { IsCompleted: true })
        {
            _checkpointing = _rewinding
                ? Task.FromException<long>(new InvalidOperationException("The partition is going back to its checkpoint; ask again."))
                : CheckpointNowAsync();
        }

        return _checkpointing;
    }

    /// <inheritdoc/>
    public async Task<long> Drain(CancellationToken cancellationToken)
    {
        // What is owed stays so: the next life of this partition settles it.
        _draining = true;
        await _late.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        // A checkpoint that was under way before is of less than all.
        while (_state.State.Checkpoint < _log.Tail(_partition))
        {
            StartPump();
            await WaitForApplied(_log.Tail(_partition), cancellationToken);
            await Checkpoint().WaitAsync(cancellationToken);
        }

        // A tick that comes later would call grains of a silo that takes no more of them.
        _tick!.Dispose();
        await _stopping.CancelAsync();
        return _state.State.Checkpoint;
    }

    private void StartPump()
    {
        if (_pump.IsCompleted && !_stopping.IsCancellationRequested && _log.Tail(_partition) > _applied)
        {
            _pump = PumpAsync(_stopping.Token);
        }
    }

    private async Task PumpAsync(CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested && !_rewinding)
        {
            try
            {
                _pace.Begin();
                var folded = await FoldNextAsync(stopping);
                _pace.End();
                if (folded == 0)
                {
                    return;
                }

                failures = 0;
                await GatherAsync(folded, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (LostFoldException)
            {
                Rewind();
            }
            catch (Exception e)
            {
                // Whatever failed (a silo died, a store was busy), the same records are read again: all that they did so
                // far is ignored the second time.
                failures++;
                EngineMeters.PumpRetries.Add(1);
                LogRetry(_logger, e, _partition, _applied, failures);
                var backoff = TimeSpan.FromMilliseconds(20 * Math.Pow(2, Math.Min(failures, 10)));
                await Task.Delay(backoff < s_longestBackoff ? backoff : s_longestBackoff, _time, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    /// <summary>Folds the next batch in.</summary>
    /// <returns>How many records it had.</returns>
    private async Task<int> FoldNextAsync(CancellationToken stopping)
    {
        PumpBatch batch;
        using (await _gate.EnterToFoldAsync(_log.Tail(_partition) - _applied, _urgency, stopping))
        {
            var records = await _log.ReadAsync(_partition, _applied, _options.BatchSize, stopping);
            batch = _folder.Decode(_partition, records, _state.State.Owed);
            if (batch.Count == 0)
            {
                return 0;
            }

            if (!batch.HasFeelings)
            {
                await _folder.FoldAsync(_partition, _state.State.Checkpoint, batch, _state.State.Owed, stopping);
            }
        }

        if (batch.HasFeelings)
        {
            // Scoring takes long and little of this silo's processors: others go on meanwhile.
            await _folder.ScoreAsync(batch, stopping);
            await OweAsync(batch);
            using (await _gate.EnterToFoldScoredAsync(batch.Count, _urgency, stopping))
            {
                await _folder.FoldAsync(_partition, _state.State.Checkpoint, batch, _state.State.Owed, stopping);
            }
        }

        MoveTo(batch.LastOffset);
        _waiters.Reach(_applied);
        SayHowUrgent();
        return batch.Count;
    }

    // What is waited for and not in the log yet makes nothing urgent: there is nothing to hurry with.
    private void SayHowUrgent()
    {
        if (_waiters.Lowest <= _log.Tail(_partition))
        {
            _urgency.Raise();
        }
        else
        {
            _urgency.Lower();
        }
    }

    /// <summary>Makes durable what is owed, before anything is folded in without it.</summary>
    private async Task OweAsync(PumpBatch batch)
    {
        if (batch.Missed.Count == 0)
        {
            return;
        }

        var added = _state.State.Owed.Add(batch.Missed.Select(i => batch.Records[i].Offset));
        if (added.Length < batch.Missed.Count)
        {
            var beyond = batch.Missed.Count - added.Length;
            EngineMeters.ScoringMissed.Add(beyond, new KeyValuePair<string, object?>("status", "beyond_capacity"));
            LogBeyondCapacity(_logger, _partition, beyond, OwedFeelings.Capacity);
        }

        try
        {
            await WriteAsync();
        }
        catch
        {
            // The batch will be tried again, and scored again.
            _state.State.Owed.TakeBack(added);
            throw;
        }

        _state.State.Owed.Confirm(added);
        _lateDue = _time.GetUtcNow() + _latePause;
    }

    /// <summary>Reads some of what is owed; asks less often for as long as nobody reads it.</summary>
    private async Task SettleLateAsync(CancellationToken stopping)
    {
        var settled = 0;
        try
        {
            settled = await _lateFeelings.SettleAsync(_partition, _state.State.Owed, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogLateFailed(_logger, e, _partition, _state.State.Owed.Open);
        }

        var longer = _latePause * 2;
        _latePause = settled > 0 ? s_shortestLatePause : longer < s_longestLatePause ? longer : s_longestLatePause;
        _lateDue = settled > 0 ? _time.GetUtcNow() : _time.GetUtcNow() + _latePause;
    }

    // One write at a time: the store refuses a write that does not follow the last one.
    private async Task WriteAsync()
    {
        while (!_writing.IsCompleted)
        {
            await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await (_writing = _state.WriteStateAsync());
    }

    // A batch costs about the same with one record as with twenty. When the silo is busy a batch takes longer, and so the
    // next one gathers more; when it is idle there is next to nothing to wait for.
    private async ValueTask GatherAsync(int folded, CancellationToken stopping)
    {
        if (!_urgency.IsRaised && folded < _options.BatchSize / 2 && _pace.Left is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, _time, stopping);
        }
    }

    // The timer makes up for a poke that was lost, sends what has gathered, and keeps the checkpoint moving.
    private async Task OnTickAsync(CancellationToken cancellationToken)
    {
        StartPump();
        if (_state.State.Owed.Open > 0 && _late.IsCompleted && !_draining && _time.GetUtcNow() >= _lateDue && !_stopping.IsCancellationRequested)
        {
            _late = SettleLateAsync(_stopping.Token);
        }

        try
        {
            if (_folder.HasSomethingToSend)
            {
                using (await _gate.EnterToPassOnAsync(cancellationToken))
                {
                    await _folder.SendAsync(_partition, _applied);
                }
            }

            if (_applied > _state.State.Checkpoint
                && (_time.GetUtcNow() >= _checkpointDue || _applied - _state.State.Checkpoint >= _options.CheckpointRecords))
            {
                await Checkpoint();
            }
        }
        catch (LostFoldException)
        {
            await RewindAsync();
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            LogTickFailed(_logger, e, _partition);
        }
    }

    // The pump is in the middle of a batch, maybe: it must not go on from where it is.
    private async Task RewindAsync()
    {
        _rewinding = true;
        await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Rewind();
        StartPump();
    }

    private void MoveTo(long applied)
    {
        _applied = applied;
        _backlog.Report(_partition, applied);
    }

    private void Rewind()
    {
        LogRewind(_logger, _partition, _applied, _state.State.Checkpoint);
        EngineMeters.PumpRetries.Add(1);
        _folder.Rewind();
        MoveTo(_state.State.Checkpoint);
        _rewinding = false;
    }

    private async Task<long> CheckpointNowAsync()
    {
        var started = _time.GetTimestamp();
        var cut = _applied;
        ScheduleCheckpoint(spread: false);
        if (cut > _state.State.Checkpoint)
        {
            try
            {
                await _folder.PersistAsync(_partition, cut);
            }
            catch (LostFoldException)
            {
                // Whoever asked learns that the checkpoint is where it was: another one may be made once all has been folded again.
                await RewindAsync();
                return _state.State.Checkpoint;
            }

            _state.State.Checkpoint = cut;
            _state.State.Owed.Prune(cut);
            await WriteAsync();
            _checkpoints.Hear(_partition, cut);
            EngineMeters.CheckpointLatency.Record(_time.GetElapsedTime(started).TotalMilliseconds);
        }

        return _state.State.Checkpoint;
    }

    // The first one comes at a time of the partition's own, so that they do not all write at once.
    private void ScheduleCheckpoint(bool spread)
    {
        var share = spread ? (double)(_partition + 1) / _log.PartitionCount : 1;
        _checkpointDue = _time.GetUtcNow() + (_options.CheckpointInterval * share);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Partition {Partition} lets the feelings of {Count} events go: {Capacity} are owed already.")]
    private static partial void LogBeyondCapacity(ILogger logger, int partition, int count, int capacity);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Partition {Partition} could not read the feelings of {Count} events that are owed; it tries again.")]
    private static partial void LogLateFailed(ILogger logger, Exception exception, int partition, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Partition {Partition} goes back from {Applied} to its checkpoint {Checkpoint}: a silo died with what it had folded and not persisted.")]
    private static partial void LogRewind(ILogger logger, int partition, long applied, long checkpoint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Partition {Partition} could not fold the records after {Offset} (attempt {Attempt}); it tries again.")]
    private static partial void LogRetry(ILogger logger, Exception exception, int partition, long offset, int attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Partition {Partition} could not pass on or persist what it folded; it tries again at the next tick.")]
    private static partial void LogTickFailed(ILogger logger, Exception exception, int partition);
}

using Microsoft.Extensions.Logging;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Products;
using Personalization.Grains.Interventions;
using Personalization.Grains.Operations;
using Personalization.Grains.Products;
using Personalization.Grains.Profiles;
using Personalization.Grains.Recommendations;
using Personalization.Grains.Rewards;

namespace Personalization.Grains.Ingestion;

/// <summary>
/// Folds batches of one partition's records: feelings, then users, then what users' events lead to. Belongs to the
/// partition's grain and runs in its turns.
/// </summary>
internal sealed partial class BatchFolder(
    IGrainFactory grains,
    IRejectedEventStore rejected,
    ProductModel products,
    SettledFolds settled,
    PumpOptions options,
    TimeProvider time,
    ILogger logger)
{
    private readonly GrainReferences<IUserFoldGrain> _users = new(grains);
    private readonly GrainReferences<IProductFoldGrain> _productGrains = new(grains);
    private readonly BatchScorer _scorer = new(grains, options, time, logger);
    private readonly Func<IReadOnlyList<(long Offset, ProductContribution Item)>, byte[]> _encodeProduct = new ProductFoldCodec(products).Encode;
    // Whom there is something for. A partition meets every product sooner or later: of those that have taken what there
    // was, the offset is all that is kept, and that until it has been persisted.
    private readonly Dictionary<FoldTarget, IPendingFold> _pending = [];
    private readonly Dictionary<FoldTarget, long> _taken = [];
    private readonly Dictionary<string, List<UserEvent>> _byUser = new(StringComparer.Ordinal);
    // What was sent to whom since the checkpoint; while one is made, what it covers is in the second.
    private Dictionary<string, long> _sent = new(StringComparer.Ordinal);
    private Dictionary<string, long> _persisting = new(StringComparer.Ordinal);
    private readonly HashSet<string> _absorbed = new(StringComparer.Ordinal);

    /// <summary>Reads what records hold.</summary>
    /// <param name="partition">Their partition.</param>
    /// <param name="records">The records.</param>
    /// <param name="owed">Whose feelings come in events of their own, and are not to be read here.</param>
    public PumpBatch Decode(int partition, IReadOnlyList<LogRecord> records, OwedFeelings owed)
    {
        var events = new ShopperEvent?[records.Count];
        var feelings = new List<int>();
        for (var i = 0; i < events.Length; i++)
        {
            events[i] = Decode(partition, records[i]);
            if (events[i] is { } source && BatchScorer.CarriesFeeling(source.Payload) && !owed.Has(records[i].Offset))
            {
                feelings.Add(i);
            }
        }

        var batch = new PumpBatch(records, events, feelings);
        for (var i = 0; i < events.Length; i++)
        {
            if (events[i]?.Payload is FeelingPayload { Observation: { } late })
            {
                batch.Observations[i] = ObservationMessage.From(late);
            }
        }

        return batch;
    }

    /// <summary>Has the feelings of a batch scored.</summary>
    public async Task ScoreAsync(PumpBatch batch, CancellationToken cancellationToken)
    {
        using var span = EngineTraces.StartAlone(EngineTraces.Score);
        span?.SetTag("events", batch.Count);
        await _scorer.ScoreAsync(batch, cancellationToken);
    }

    /// <summary>Folds a batch. When it throws, the same batch may be folded again.</summary>
    /// <param name="partition">Its partition.</param>
    /// <param name="checkpoint">The partition's checkpoint.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="owed">Whose feelings come in events of their own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task FoldAsync(int partition, long checkpoint, PumpBatch batch, OwedFeelings owed, CancellationToken cancellationToken)
    {
        using var span = EngineTraces.StartAlone(EngineTraces.Fold);
        span?.SetTag("partition", partition).SetTag("events", batch.Count);
        var (records, events, observations) = (batch.Records, batch.Events, batch.Observations);
        GroupByUser(records, events, observations, owed);

        var users = _byUser.Keys.ToArray();
        var calls = new Task<UserBatchResult>[users.Length];
        for (var i = 0; i < users.Length; i++)
        {
            calls[i] = _users.Of(users[i]).Apply(new UserBatch(partition, checkpoint, SentTo(users[i]), [.. _byUser[users[i]]]));
        }

        var results = await Task.WhenAll(calls);
        for (var i = 0; i < users.Length; i++)
        {
            if (results[i].Lost)
            {
                throw new LostFoldException();
            }

            _sent[users[i]] = _byUser[users[i]][^1].Offset;
        }

        await MergeUsersAsync(users, results);
        await SetPoisonedAsideAsync(records, events, results, cancellationToken);

        // From here on nothing can fail, so that a batch contributes as a whole or not at all.
        ContributeToProducts(records, events, observations, Withheld(results));
        ContributeToLearners(results);
        Measure(events);
    }

    /// <summary>Whether there are contributions that have not been taken.</summary>
    public bool HasSomethingToSend => _pending.Count > 0;

    /// <summary>Sends contributions up to an offset to whom they are for.</summary>
    public async Task SendAsync(int partition, long upTo)
    {
        if (_pending.Count == 0)
        {
            return;
        }

        var pending = _pending.Values.ToArray();
        try
        {
            await Task.WhenAll(Array.ConvertAll(pending, each => each.SendAsync(partition, upTo)));
        }
        finally
        {
            Array.ForEach(pending, NoteTaken);
        }
    }

    // Not after a rewind: what was taken then will be folded again.
    private void NoteTaken(IPendingFold sent)
    {
        if (_pending.GetValueOrDefault(sent.Target) == sent)
        {
            if (sent.Taken > 0)
            {
                _taken[sent.Target] = sent.Taken;
            }

            if (sent.IsDone)
            {
                _pending.Remove(sent.Target);
            }
        }
    }

    /// <summary>Persists everything that was folded in up to an offset. When it throws, the next call persists it as well.</summary>
    /// <exception cref="LostFoldException">Somebody does not have what they had taken: nothing may be checkpointed.</exception>
    public async Task PersistAsync(int partition, long upTo)
    {
        await SendAsync(partition, upTo);
        foreach (var (user, offset) in _sent)
        {
            _persisting[user] = offset;
        }

        _sent = new Dictionary<string, long>(StringComparer.Ordinal);
        await InParallelAsync(_persisting, async sent =>
            ThrowIfLess(await _users.Of(sent.Key).Persist(), sent.Value));
        await InParallelAsync(_absorbed, user => _users.Of(user).Persist());
        var receivers = _taken.ToArray();
        var unsettled = Array.FindAll(
            receivers, taken => taken.Key.Effect is not null || !settled.Has(taken.Key.Key, partition, taken.Value));
        await InParallelAsync(unsettled, async taken => ThrowIfLess(await ReceiverOf(taken.Key).Persist(partition), taken.Value));

        // After the products, for persisting one reports what it has not reported yet.
        await grains.GetGrain<ISentimentBoardGrain>(WellKnownGrains.Default).Persist();
        _persisting.Clear();
        ForgetPersisted(receivers);
    }

    /// <summary>Forgets what was sent and what waits to be: all of it will be folded again, from the checkpoint on.</summary>
    public void Rewind()
    {
        _pending.Clear();
        _taken.Clear();
        _sent.Clear();
        _persisting.Clear();
    }

    private long SentTo(string user) =>
        _sent.TryGetValue(user, out var offset) ? offset : _persisting.GetValueOrDefault(user);

    private static void ThrowIfLess(long persisted, long taken)
    {
        if (persisted < taken)
        {
            throw new LostFoldException();
        }
    }

    private ShopperEvent? Decode(int partition, in LogRecord record)
    {
        if (record.Body.IsEmpty)
        {
            EngineMeters.RecordsUnreadable.Add(1, new KeyValuePair<string, object?>("reason", "erased"));
            return null;
        }

        try
        {
            return EventCodec.Decode(record.Body.Span);
        }
        catch (FormatException e)
        {
            EngineMeters.RecordsUnreadable.Add(1, new KeyValuePair<string, object?>("reason", "malformed"));
            LogMalformed(logger, e, partition, record.Offset);
            return null;
        }
    }

    private void GroupByUser(
        IReadOnlyList<LogRecord> records, ShopperEvent?[] events, ObservationMessage?[] observations, OwedFeelings owed)
    {
        _byUser.Clear();
        for (var i = 0; i < events.Length; i++)
        {
            var user = records[i].User.Value;
            if (!_byUser.TryGetValue(user, out var list))
            {
                _byUser.Add(user, list = []);
            }

            // One that cannot be read still moves the user's offset: whoever waits for it must not wait for ever.
            var body = events[i] is null ? ReadOnlyMemory<byte>.Empty : records[i].Body;
            list.Add(new UserEvent(records[i].Offset, body, observations[i], owed.Has(records[i].Offset)));
        }
    }

    private async Task MergeUsersAsync(string[] users, UserBatchResult[] results)
    {
        for (var i = 0; i < results.Length; i++)
        {
            foreach (var effect in results[i].Effects)
            {
                if (effect.Kind == UserEffectKind.Merge)
                {
                    _absorbed.Add(effect.Target);
                    await _users.Of(effect.Target).Absorb(new AbsorbCommand(users[i], effect.Offset, effect.Body));
                }
            }
        }
    }

    private async Task SetPoisonedAsideAsync(
        IReadOnlyList<LogRecord> records, ShopperEvent?[] events, UserBatchResult[] results, CancellationToken cancellationToken)
    {
        List<RejectedEvent>? aside = null;
        foreach (var poisoned in results.SelectMany(static r => r.Poisoned))
        {
            var index = (int)(poisoned.Offset - records[0].Offset);
            LogPoisoned(logger, poisoned.Offset, poisoned.Reason);
            (aside ??= []).Add(new RejectedEvent(
                events[index]?.EventId ?? "", records[index].User.Value, IngestStatus.Quarantined,
                RejectedEvent.FoldFailed, poisoned.Reason, time.GetUtcNow(), records[index].Body));
        }

        if (aside is not null)
        {
            EngineMeters.EventsReceived.Add(aside.Count, new KeyValuePair<string, object?>("status", "quarantined"));
            await rejected.AddAsync(aside, cancellationToken);
        }
    }

    /// <summary>Offsets of events that their shoppers do not let count for products; null for none.</summary>
    private static HashSet<long>? Withheld(UserBatchResult[] results)
    {
        HashSet<long>? withheld = null;
        foreach (var effect in results.SelectMany(static r => r.Effects))
        {
            if (effect.Kind == UserEffectKind.Withhold)
            {
                (withheld ??= []).Add(effect.Offset);
            }
        }

        return withheld;
    }

    private void ContributeToProducts(
        IReadOnlyList<LogRecord> records, ShopperEvent?[] events, ObservationMessage?[] observations, HashSet<long>? withheld)
    {
        for (var i = 0; i < events.Length; i++)
        {
            if (events[i] is { ProductId.Length: > 0 } source && withheld?.Contains(records[i].Offset) != true
                && products.TryRead(source, observations[i]?.ToObservation(), out var contribution))
            {
                Add(new FoldTarget(null, source.ProductId), records[i].Offset, contribution, _encodeProduct);
            }
        }
    }

    private void ContributeToLearners(UserBatchResult[] results)
    {
        // Users answer each in their own order; a receiver gets all in the order of the log.
        var effects = results.SelectMany(static r => r.Effects).Where(static e => e.Kind is not UserEffectKind.Merge and not UserEffectKind.Withhold).ToArray();
        if (effects.Length == 0)
        {
            return;
        }

        Array.Sort(effects, static (a, b) => a.Offset.CompareTo(b.Offset));
        foreach (var effect in effects)
        {
            Add(new FoldTarget(effect.Kind, effect.Target), effect.Offset, effect.Body, LearnFoldCodec.Encode);
        }
    }

    private void Add<T>(FoldTarget target, long offset, T contribution, Func<IReadOnlyList<(long Offset, T Item)>, byte[]> encode)
    {
        if (!_pending.TryGetValue(target, out var pending))
        {
            pending = new PendingFold<T>(target, ReceiverOf(target), _taken.GetValueOrDefault(target), encode);
            _pending.Add(target, pending);
        }

        ((PendingFold<T>)pending).Add(offset, contribution);
    }

    private IRangeFoldGrain ReceiverOf(FoldTarget target) => target.Effect switch
    {
        null => _productGrains.Of(target.Key),
        UserEffectKind.Learn => grains.GetGrain<IPolicyFoldGrain>(target.Key),
        UserEffectKind.Visit => grains.GetGrain<IVisitsFoldGrain>(target.Key),
        UserEffectKind.LearnIntervention => grains.GetGrain<IInterventionPolicyFoldGrain>(target.Key),
        UserEffectKind.LogDecision => grains.GetGrain<IDecisionLogFoldGrain>(target.Key),
        _ => throw new InvalidOperationException($"Nobody takes effects of kind {target.Effect}."),
    };

    private void Measure(ShopperEvent?[] events)
    {
        var now = time.GetUtcNow();
        EngineMeters.EventsApplied.Add(events.Length);
        foreach (var source in events)
        {
            if (source is not null)
            {
                EngineMeters.FoldLatency.Record((now - source.ReceivedAt).TotalMilliseconds);
            }
        }
    }

    // One that has taken more since it was persisted must be remembered: it is what tells whether it still has it.
    private void ForgetPersisted(KeyValuePair<FoldTarget, long>[] persisted)
    {
        foreach (var (target, taken) in persisted)
        {
            if (_taken.GetValueOrDefault(target) == taken)
            {
                _taken.Remove(target);
            }
        }
    }

    private async Task InParallelAsync<T>(IReadOnlyCollection<T> items, Func<T, Task> act)
    {
        foreach (var chunk in items.Chunk(options.PersistParallelism))
        {
            await Task.WhenAll(chunk.Select(act));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Partition {Partition}: the record at {Offset} cannot be decoded; it is stepped over.")]
    private static partial void LogMalformed(ILogger logger, Exception exception, int partition, long offset);

    [LoggerMessage(Level = LogLevel.Error, Message = "The event at {Offset} could not be folded in and is set aside: {Reason}")]
    private static partial void LogPoisoned(ILogger logger, long offset, string reason);
}

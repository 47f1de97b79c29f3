using System.Runtime.CompilerServices;
using Orleans.Concurrency;
using Personalization.Domain.Products;
using Personalization.Grains.Ingestion;
using Personalization.Grains.Profiles;
using Personalization.Grains.Snapshots;

namespace Personalization.Grains.Products;

/// <summary>One product: what shoppers feel about it, summed over all partitions.</summary>
[Reentrant]
public sealed class ProductGrain(
    [PersistentState("product", StorageNames.State)] IPersistentState<ProductState> state, ProductModel model, SettledFolds settled, TimeProvider time)
    : Grain, IProductFoldGrain, IProductGrain
{
    // Partitions send many times a second; the silos need not hear of each.
    private static readonly TimeSpan s_report = TimeSpan.FromMilliseconds(250);
    [ThreadStatic]
    private static ProductDelta? t_delta;

    private readonly SingleWriter _writer = new(time);
    private readonly ChangeSignal _changed = new();
    private IGrainTimer? _reporting;
    private bool _unreported;

    private ProductSentiment Sentiment => state.State.Sentiment!;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        state.State.Sentiment ??= new ProductSentiment(model);
        _reporting = this.RegisterGrainTimer(
            _ => ReportAsync(), new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan) { Interleave = true });
        if (state.RecordExists)
        {
            // The activation before this one may have gone with a silo before it could report what it had persisted.
            ReportSoon();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _changed.Complete();
        settled.Forget(this.GetPrimaryKeyString());
        await _writer.WriteAllAsync(state);
        if (reason.ReasonCode != DeactivationReasonCode.ShuttingDown)
        {
            // With the silo the board may go too; the next activation reports.
            await ReportAsync();
        }
    }

    /// <inheritdoc/>
    public Task<RangeFoldReply> Fold(RangeFold fold)
    {
        if (Sentiment.LastOffset(fold.Partition) < fold.Previous)
        {
            return Task.FromResult(new RangeFoldReply(RangeFoldStatus.Lost, Sentiment.LastOffset(fold.Partition)));
        }

        // Merging has no await in it, and leaves nothing of the delta in use.
        var delta = t_delta?.Model == model ? t_delta : t_delta = new ProductDelta(model);
        delta.Load(fold.Body.Span);
        var merge = Sentiment.TryMerge(fold.Partition, fold.From, fold.To, delta);
        if (merge.Status != ProductMergeStatus.Overlap)
        {
            _writer.MarkDirty(fold.Partition);
        }

        if (merge.Status == ProductMergeStatus.Applied)
        {
            _changed.Raise();
            if (delta.HasFeelings)
            {
                // The board has what is felt; what is looked at goes to the silos by another way.
                ReportSoon();
            }
        }

        return Task.FromResult(new RangeFoldReply(
            merge.Status switch
            {
                ProductMergeStatus.Applied => RangeFoldStatus.Applied,
                ProductMergeStatus.AlreadyApplied => RangeFoldStatus.AlreadyApplied,
                _ => RangeFoldStatus.Overlap,
            },
            merge.LastOffset));
    }

    /// <inheritdoc/>
    public async Task<long> Persist(int partition)
    {
        var offset = Sentiment.LastOffset(partition);
        await _writer.WriteAsync(state, partition);
        await ReportAsync();
        NoteSettled();
        return offset;
    }

    /// <inheritdoc/>
    public Task<ProductSentimentView> GetSentiment() => Task.FromResult(View());

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProductSentimentView> WatchSentiment(
        TimeSpan minInterval, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && !_changed.IsComplete)
        {
            var changed = _changed.Next;
            yield return View();
            await Task.Delay(minInterval, time, cancellationToken);
            await changed.WaitAsync(cancellationToken);
        }
    }

    // What has come since the report must be reported before a partition may go on without asking.
    private void NoteSettled()
    {
        if (_unreported)
        {
            return;
        }

        var (product, partitions) = (this.GetPrimaryKeyString(), Sentiment.Partitions);
        for (var partition = 0; partition < partitions; partition++)
        {
            if (_writer.IsPersisted(partition))
            {
                settled.Settle(product, partitions, partition, Sentiment.LastOffset(partition));
            }
        }
    }

    private void ReportSoon()
    {
        if (!_unreported)
        {
            _unreported = true;
            _reporting!.Change(s_report, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task ReportAsync()
    {
        if (!_unreported)
        {
            return;
        }

        _unreported = false;
        try
        {
            var now = time.GetUtcNow();
            var summary = Sentiment.Glance(now);
            await GrainFactory.GetGrain<ISentimentBoardGrain>(WellKnownGrains.Default).Report(new SentimentRow(
                this.GetPrimaryKeyString(), (float)summary.Valence.Mean, (float)summary.Valence.StandardDeviation,
                (float)summary.Weight, (float)summary.Trend, Sentiment.LovedAspect(now)));
        }
        catch
        {
            _unreported = true;
            throw;
        }
    }

    private ProductSentimentView View()
    {
        var summary = Sentiment.Summarize(time.GetUtcNow());
        return new ProductSentimentView
        {
            ProductId = this.GetPrimaryKeyString(),
            Valence = summary.Valence.Mean,
            ValenceSd = summary.Valence.StandardDeviation,
            Arousal = summary.Arousal.Mean,
            ArousalSd = summary.Arousal.StandardDeviation,
            Weight = summary.Weight,
            Count = summary.Observations,
            Trend = summary.Trend,
            ByAspect = Slices(summary.ByAspect),
            ByChannel = Slices(summary.ByChannel),
            ByTouchpoint = Slices(summary.ByTouchpoint),
            EvaluatedAt = summary.AsOf,
            Views = summary.TotalOf(InteractionKind.View),
            Carts = summary.TotalOf(InteractionKind.AddToCart),
            Purchases = summary.TotalOf(InteractionKind.Purchase),
            Returns = summary.TotalOf(InteractionKind.Return),
        };
    }

    private static SentimentSliceView[] Slices(IEnumerable<SentimentSlice> slices) =>
        [.. slices.Select(static s => new SentimentSliceView(s.Name, s.Valence.Mean, s.Valence.StandardDeviation, s.Weight))];
}

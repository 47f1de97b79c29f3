using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Serving;

/// <summary>One model behind a batcher of its own.</summary>
/// <typeparam name="TIn">What the model is asked.</typeparam>
/// <typeparam name="TOut">What it says.</typeparam>
internal abstract partial class BatchedModel<TIn, TOut> : IServedModel
{
    private readonly OnnxModel _model;
    private readonly DynamicBatcher<TIn, TOut> _batcher;
    private readonly ILogger _logger;

    protected BatchedModel(OnnxModel model, Func<IBatchRunner<TIn, TOut>> createRunner, ServingSetup setup)
    {
        _model = model;
        _logger = setup.Logger;
        _batcher = new DynamicBatcher<TIn, TOut>(setup.Batching, createRunner, setup.Time, setup.Metrics.Batches(model.Name));
        setup.Metrics.Watch(model.Name, () => _batcher.Waiting);
        LogLoaded(model.Version, model.Device, setup.Batching.Workers, setup.Batching.MaxBatch);
    }

    /// <summary><c>name@version+hash</c>.</summary>
    protected string Version => _model.Version;

    /// <inheritdoc/>
    public ModelReport Report()
    {
        var done = _batcher.Statistics();
        return new ModelReport
        {
            Name = _model.Name,
            Version = _model.Version,
            Device = _model.Device,
            Waiting = done.Waiting,
            Scored = done.Computed,
            Expired = done.Expired,
            Overloaded = done.Overloaded,
            Failed = done.Failed,
            Batches = done.Batches,
            MeanQueueTime = done.QueueTime / Math.Max(1, done.Computed),
            MeanComputeTime = done.ComputeTime / Math.Max(1, done.Batches),
            BatchSizes = done.BatchSizes,
            Exits = Enum.GetValues<BatchExit>().Where(exit => exit != BatchExit.None)
                .ToImmutableSortedDictionary(static exit => exit.ToString().ToUpperInvariant(), exit => done.Exits[(int)exit]),
        };
    }

    /// <summary>Computes what waits, then lets the model go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync().ConfigureAwait(false);
        _model.Dispose();
    }

    /// <summary>Has the model compute some items, in whatever batches they fall.</summary>
    protected ValueTask<BatchResult<TOut>[]> SubmitAsync(BatchItem<TIn>[] items, CancellationToken cancellationToken) =>
        _batcher.SubmitAsync(items, cancellationToken);

    /// <summary>How an item went, as callers of scoring are told; a failure is logged.</summary>
    protected ScoringStatus StatusOf(in BatchResult<TOut> said)
    {
        switch (said.Status)
        {
            case BatchStatus.Computed:
                return ScoringStatus.Scored;
            case BatchStatus.Overloaded:
                return ScoringStatus.Overloaded;
            case BatchStatus.Expired:
                return ScoringStatus.Expired;
            default:
                return Failed(said.Error);
        }
    }

    /// <summary>Logs a failure.</summary>
    protected ScoringStatus Failed(Exception? error)
    {
        LogFailed(error, _model.Version);
        return ScoringStatus.Failed;
    }

    [LoggerMessage(LogLevel.Information, "Model {Version} on {Device}: {Workers} workers, batches of up to {MaxBatch}.")]
    private partial void LogLoaded(string version, string device, int workers, int maxBatch);

    [LoggerMessage(LogLevel.Warning, "A payload could not be scored by {Version}.")]
    private partial void LogFailed(Exception? error, string version);
}

using Microsoft.Extensions.Logging;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Serving;

/// <summary>One model behind a batcher of its own, whatever is asked of it.</summary>
/// <typeparam name="TIn">What the model is asked.</typeparam>
/// <typeparam name="TOut">What it says.</typeparam>
internal abstract partial class BatchedModel<TIn, TOut> : IServedModel, IAsyncDisposable
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
        LogLoaded(Version, Device, setup.Batching.Workers, setup.Batching.MaxBatch);
    }

    /// <inheritdoc/>
    public string Version => _model.Version;

    /// <inheritdoc/>
    public string Device => _model.Device;

    /// <inheritdoc/>
    public BatcherStatistics Statistics() => _batcher.Statistics();

    /// <summary>Computes what waits, then lets the model go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync().ConfigureAwait(false);
        _model.Dispose();
    }

    /// <summary>What the model says to each item.</summary>
    protected ValueTask<BatchResult<TOut>[]> SubmitAsync(BatchItem<TIn>[] items, CancellationToken cancellationToken) =>
        _batcher.SubmitAsync(items, cancellationToken);

    [LoggerMessage(LogLevel.Warning, "A payload could not be scored by {Version}.")]
    protected partial void LogFailed(Exception? error, string version);

    [LoggerMessage(LogLevel.Information, "Model {Version} on {Device}: {Workers} workers, batches of up to {MaxBatch}.")]
    private partial void LogLoaded(string version, string device, int workers, int maxBatch);
}

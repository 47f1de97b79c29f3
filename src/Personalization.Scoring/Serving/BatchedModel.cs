using Microsoft.Extensions.Logging;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Serving;

/// <summary>One version of a model behind a batcher of its own. The session is its owner's to let go, after this.</summary>
/// <typeparam name="TIn">What the model is asked.</typeparam>
/// <typeparam name="TOut">What it says.</typeparam>
/// <typeparam name="TAnswer">What is made of that.</typeparam>
internal abstract partial class BatchedModel<TIn, TOut, TAnswer>(
    string version, Func<IBatchRunner<TIn, TOut>> createRunner, ServingSetup setup) : IAsyncDisposable
{
    private readonly DynamicBatcher<TIn, TOut> _batcher = new(setup.Batching, createRunner, setup.Time, setup.Observer);
    private readonly ILogger _logger = setup.Logger;

    /// <summary><c>name@version+hash</c>.</summary>
    protected string Version => version;

    /// <summary>Waits until all its workers are warm; fails when one cannot be.</summary>
    public Task WarmAsync() => _batcher.WarmAsync();

    /// <summary>What its batches have done so far.</summary>
    public BatcherStatistics Statistics() => _batcher.Statistics();

    /// <summary>Computes what waits, then lets the batches' workers go.</summary>
    public ValueTask DisposeAsync() => _batcher.DisposeAsync();

    /// <summary>Has the model compute some items, in whatever batches they fall.</summary>
    protected ValueTask<BatchResult<TOut>[]> SubmitAsync(ReadOnlyMemory<BatchItem<TIn>> items, CancellationToken cancellationToken) =>
        _batcher.SubmitAsync(items, cancellationToken);

    /// <summary>What the model's words mean.</summary>
    /// <exception cref="InvalidOperationException">The model said something that makes no sense.</exception>
    protected abstract TAnswer Read(TIn input, TOut said);

    /// <summary>Makes an answer of a batch's result; a failure is logged.</summary>
    protected ServedAnswer<TAnswer> Finish(TIn input, in BatchResult<TOut> said)
    {
        var status = StatusOf(said.Status);
        var answer = default(TAnswer);
        var error = said.Error;
        if (status == ScoringStatus.Scored)
        {
            try
            {
                answer = Read(input, said.Output!);
            }
            catch (InvalidOperationException nonsense)
            {
                (status, error) = (ScoringStatus.Failed, nonsense);
            }
        }

        if (status == ScoringStatus.Failed)
        {
            LogFailed(error, version);
        }

        return new ServedAnswer<TAnswer>(status, answer, said.QueueTime, said.ComputeTime, said.Refusal);
    }

    /// <summary>The answer to a question that could not even be put to the model; logged.</summary>
    protected ServedAnswer<TAnswer> Unasked(Exception error)
    {
        LogFailed(error, version);
        return ServedAnswer<TAnswer>.AtOnce(ScoringStatus.Failed);
    }

    private static ScoringStatus StatusOf(BatchStatus status) => status switch
    {
        BatchStatus.Computed => ScoringStatus.Scored,
        BatchStatus.Overloaded => ScoringStatus.Overloaded,
        BatchStatus.Expired => ScoringStatus.Expired,
        _ => ScoringStatus.Failed,
    };

    [LoggerMessage(LogLevel.Warning, "A payload could not be scored by {Version}.")]
    private partial void LogFailed(Exception? error, string version);
}

using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Onnx;

namespace Personalization.Scoring.Serving;

/// <summary>
/// One model behind a batcher of its own. What a payload asks of the model is made before it waits, and what the model says
/// becomes an observation after: only the model itself runs in batches.
/// </summary>
/// <typeparam name="TIn">What the model is asked.</typeparam>
/// <typeparam name="TOut">What it says.</typeparam>
internal abstract class ServedModel<TIn, TOut>(OnnxModel model, Func<IBatchRunner<TIn, TOut>> createRunner, ServingSetup setup)
    : BatchedModel<TIn, TOut>(model, createRunner, setup)
{
    /// <summary>Asks the model, and writes each answer to the place of its request.</summary>
    /// <param name="requests">All requests of a call.</param>
    /// <param name="asked">Those of them that ask this model, and what.</param>
    /// <param name="results">One place per request.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task AskAsync(
        IReadOnlyList<ScoringRequest> requests, IReadOnlyList<(int Index, TIn Input)> asked, ScoringResult[] results, CancellationToken cancellationToken)
    {
        var items = new BatchItem<TIn>[asked.Count];
        for (var i = 0; i < items.Length; i++)
        {
            var request = requests[asked[i].Index];
            items[i] = new BatchItem<TIn>(asked[i].Input, (int)request.Lane, StableHash.Of(request.User.Value), request.Deadline);
        }

        var said = await SubmitAsync(items, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < said.Length; i++)
        {
            results[asked[i].Index] = Finish(asked[i].Input, said[i]);
        }
    }

    /// <summary>What the model's words mean.</summary>
    /// <exception cref="InvalidOperationException">The model said something that is no number.</exception>
    protected abstract SentimentObservation Observe(TIn input, TOut said);

    private ScoringResult Finish(TIn input, in BatchResult<TOut> said)
    {
        var status = said.Status switch
        {
            BatchStatus.Computed => ScoringStatus.Scored,
            BatchStatus.Overloaded => ScoringStatus.Overloaded,
            BatchStatus.Expired => ScoringStatus.Expired,
            _ => ScoringStatus.Failed,
        };
        SentimentObservation? observation = null;
        if (status == ScoringStatus.Failed)
        {
            LogFailed(said.Error, Version);
        }
        else if (status == ScoringStatus.Scored)
        {
            try
            {
                observation = Observe(input, said.Output!);
            }
            catch (InvalidOperationException error)
            {
                LogFailed(error, Version);
                status = ScoringStatus.Failed;
            }
        }

        return new ScoringResult(status, observation, said.QueueTime, said.ComputeTime);
    }
}

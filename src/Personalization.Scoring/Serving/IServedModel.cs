using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Serving;

/// <summary>A model at work: it answers questions of many callers, in batches of its own.</summary>
/// <typeparam name="TQuestion">What it is asked.</typeparam>
/// <typeparam name="TAnswer">What is made of what it says.</typeparam>
internal interface IServedModel<TQuestion, TAnswer> : IAsyncDisposable
{
    /// <summary>Asks some questions together.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One answer per question, in the same order. Never throws for what a question holds.</returns>
    ValueTask<ServedAnswer<TAnswer>[]> AskAsync(ReadOnlyMemory<BatchItem<TQuestion>> questions, CancellationToken cancellationToken);

    /// <summary>Waits until all its workers are warm; fails when one cannot be.</summary>
    Task WarmAsync() => Task.CompletedTask;

    /// <summary>What its batches have done so far.</summary>
    BatcherStatistics Statistics();
}

using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Serving;

/// <summary>A model whose questions are its inputs: nothing has to be made of them before they wait.</summary>
internal abstract class DirectModel<TIn, TOut, TAnswer>(string version, Func<IBatchRunner<TIn, TOut>> createRunner, ServingSetup setup)
    : BatchedModel<TIn, TOut, TAnswer>(version, createRunner, setup), IServedModel<TIn, TAnswer>
{
    /// <inheritdoc/>
    public async ValueTask<ServedAnswer<TAnswer>[]> AskAsync(ReadOnlyMemory<BatchItem<TIn>> questions, CancellationToken cancellationToken)
    {
        var said = await SubmitAsync(questions, cancellationToken).ConfigureAwait(false);
        var answers = new ServedAnswer<TAnswer>[said.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = Finish(questions.Span[i].Input, said[i]);
        }

        return answers;
    }
}

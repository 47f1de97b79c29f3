using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring.Serving;

/// <summary>
/// A model that reads feelings out of payloads. What a payload asks of the model is made before it waits, and what the model says
/// becomes an observation after: only the model itself runs in batches.
/// </summary>
/// <typeparam name="TQuestion">What is to be read.</typeparam>
/// <typeparam name="TIn">What the model is asked about it.</typeparam>
/// <typeparam name="TOut">What it says.</typeparam>
internal abstract class PreparedModel<TQuestion, TIn, TOut>(string version, Func<IBatchRunner<TIn, TOut>> createRunner, ServingSetup setup)
    : BatchedModel<TIn, TOut, SentimentObservation>(version, createRunner, setup), IServedModel<TQuestion, SentimentObservation>
    where TIn : class
{
    /// <inheritdoc/>
    public async ValueTask<ServedAnswer<SentimentObservation>[]> AskAsync(
        ReadOnlyMemory<BatchItem<TQuestion>> questions, CancellationToken cancellationToken)
    {
        var answers = new ServedAnswer<SentimentObservation>[questions.Length];
        var items = new BatchItem<TIn>[questions.Length];
        var places = new int[questions.Length];
        var asked = 0;
        for (var i = 0; i < answers.Length; i++)
        {
            var question = questions.Span[i];
            if (TryPrepare(question.Input, out answers[i]) is { } input)
            {
                items[asked] = new BatchItem<TIn>(input, question.Lane, question.Owner, question.Deadline);
                places[asked++] = i;
            }
        }

        var said = await SubmitAsync(items.AsMemory(0, asked), cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < said.Length; i++)
        {
            answers[places[i]] = Finish(items[i].Input, said[i]);
        }

        return answers;
    }

    /// <summary>What a question asks of the model.</summary>
    /// <returns>The model's input; or the answer, when there is nothing in the question that the model could read.</returns>
    protected abstract (TIn? Input, SentimentObservation? Answer) Prepare(TQuestion question);

    // One question that cannot be prepared fails no other.
    private TIn? TryPrepare(TQuestion question, out ServedAnswer<SentimentObservation> answer)
    {
        try
        {
            var (input, known) = Prepare(question);
            answer = input is null ? ServedAnswer<SentimentObservation>.AtOnce(ScoringStatus.Scored, known) : default;
            return input;
        }
        catch (Exception error)
        {
            answer = Unasked(error);
            return null;
        }
    }
}

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
        var asked = new Pieces<TIn>(questions.Length);
        for (var i = 0; i < answers.Length; i++)
        {
            var question = questions.Span[i];
            if (TryPrepare(question.Input, out answers[i]) is { } input)
            {
                asked.Add(i, input, Split(input), new BatchItem<TIn>(input, question.Lane, question.Owner, question.Deadline));
            }
        }

        var said = await SubmitAsync(asked.Items, cancellationToken).ConfigureAwait(false);
        foreach (var (place, input, from, count) in asked.Wholes)
        {
            answers[place] = Finish(input, count == 1 ? said[from] : Whole(said.AsSpan(from, count)));
        }

        return answers;
    }

    /// <summary>What a question asks of the model.</summary>
    /// <returns>The model's input; or the answer, when there is nothing in the question that the model could read.</returns>
    protected abstract (TIn? Input, SentimentObservation? Answer) Prepare(TQuestion question);

    /// <summary>The parts of an input that would hold others up; each waits for a batch by itself.</summary>
    /// <returns>The parts, in order; null where the input goes as it is.</returns>
    protected virtual IReadOnlyList<TIn>? Split(TIn input) => null;

    /// <summary>What the model said of an input, out of what it said of its parts, in their order.</summary>
    protected virtual TOut Join(IEnumerable<TOut> parts) => throw new NotSupportedException();

    // As good as its worst part: what was not computed in part was not computed. It waited as long as the part that waited
    // longest, and cost what all did.
    private BatchResult<TOut> Whole(ReadOnlySpan<BatchResult<TOut>> parts)
    {
        var worst = parts[0];
        TimeSpan queued = TimeSpan.Zero, computed = TimeSpan.Zero;
        var outputs = new List<TOut>(parts.Length);
        foreach (var part in parts)
        {
            worst = worst.Status == BatchStatus.Computed ? part : worst;
            queued = part.QueueTime > queued ? part.QueueTime : queued;
            computed += part.ComputeTime;
            if (part.Status == BatchStatus.Computed)
            {
                outputs.Add(part.Output!);
            }
        }

        var output = worst.Status == BatchStatus.Computed ? Join(outputs) : default;
        return worst with { Output = output, QueueTime = queued, ComputeTime = computed };
    }

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

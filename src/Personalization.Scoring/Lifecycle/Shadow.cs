using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Lifecycle;

/// <summary>
/// A version that reads what the live version has read, on a batcher of its own, and is compared with it. Nobody waits for it,
/// nothing is done with what it says, and its failures are counted and go no further.
/// </summary>
/// <param name="version">The version; it stays as long as this does.</param>
/// <param name="served">What answers the shadow's questions.</param>
/// <param name="impress">What of an answer is compared.</param>
/// <param name="agreement">Where the comparison is counted.</param>
/// <param name="bound">How many inputs may wait for it; what comes beyond is dropped and counted.</param>
internal sealed class Shadow<TQuestion, TAnswer>(
    ModelVersion<TQuestion, TAnswer> version,
    IServedModel<TQuestion, TAnswer> served,
    Func<TAnswer, Impression> impress,
    AgreementCounter agreement,
    int bound)
{
    private readonly LeaseCount _offers = new();
    private int _waiting;

    /// <summary>The version.</summary>
    public ModelVersion<TQuestion, TAnswer> Version => version;

    /// <summary>What its batches have done so far.</summary>
    public BatcherStatistics Statistics() => served.Statistics();

    /// <summary>Shows it what others have read; returns at once.</summary>
    /// <param name="questions">What was asked; not changed afterwards.</param>
    /// <param name="answers">What was answered; not changed afterwards.</param>
    public void Offer(ReadOnlyMemory<BatchItem<TQuestion>> questions, ServedAnswer<TAnswer>[] answers)
    {
        if (!_offers.TryEnter())
        {
            return;
        }

        if (Interlocked.Add(ref _waiting, questions.Length) > bound)
        {
            agreement.Drop(questions.Length);
            Leave(questions.Length);
            return;
        }

        // Elsewhere: whoever asked has the answer by now, and should not wait for what the shadow makes of the question.
        ThreadPool.UnsafeQueueUserWorkItem(
            static offer => _ = offer.Shadow.CompareAsync(offer.Questions, offer.Answers),
            new Offered(this, questions, answers),
            preferLocal: false);
    }

    /// <summary>Ends what is under way, and lets go of the version.</summary>
    public async Task StopAsync()
    {
        await _offers.CloseAsync().ConfigureAwait(false);
        await served.DisposeAsync().ConfigureAwait(false);
        version.Leases.Leave();
    }

    private async Task CompareAsync(ReadOnlyMemory<BatchItem<TQuestion>> questions, ServedAnswer<TAnswer>[] answers)
    {
        try
        {
            var own = await served.AskAsync(Unhurried(questions.Span), CancellationToken.None).ConfigureAwait(false);
            for (var i = 0; i < own.Length; i++)
            {
                Compare(answers[i], own[i]);
            }
        }
        catch (Exception)
        {
            // Whatever is wrong with it, nobody else is to notice.
            agreement.Fail(questions.Length);
        }
        finally
        {
            Leave(questions.Length);
        }
    }

    private void Compare(in ServedAnswer<TAnswer> live, in ServedAnswer<TAnswer> own)
    {
        if (live.Status != ScoringStatus.Scored)
        {
            return;
        }

        switch (own.Status)
        {
            case ScoringStatus.Scored:
                agreement.Compare(impress(live.Answer!), impress(own.Answer!));
                break;
            case ScoringStatus.Overloaded:
                agreement.Drop(1);
                break;
            default:
                agreement.Fail(1);
                break;
        }
    }

    // Whoever asked has gone: no deadline holds, and nothing is urgent.
    private static BatchItem<TQuestion>[] Unhurried(ReadOnlySpan<BatchItem<TQuestion>> questions)
    {
        var unhurried = new BatchItem<TQuestion>[questions.Length];
        for (var i = 0; i < unhurried.Length; i++)
        {
            unhurried[i] = questions[i] with { Lane = (int)ScoringLane.Review, Deadline = null };
        }

        return unhurried;
    }

    private void Leave(int count)
    {
        Interlocked.Add(ref _waiting, -count);
        _offers.Leave();
    }

    private readonly record struct Offered(
        Shadow<TQuestion, TAnswer> Shadow, ReadOnlyMemory<BatchItem<TQuestion>> Questions, ServedAnswer<TAnswer>[] Answers);
}

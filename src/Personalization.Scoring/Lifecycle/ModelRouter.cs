using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;
using Personalization.Scoring.Serving;

namespace Personalization.Scoring.Lifecycle;

/// <summary>
/// Brings questions to the versions of a model that read for those who ask. What began on a version ends on it: the versions of a
/// call are leased before it asks, and cannot go until it has its answers.
/// </summary>
internal sealed class ModelRouter<TQuestion, TAnswer>
{
    private ModelRoute<TQuestion, TAnswer> _route = ModelRoute<TQuestion, TAnswer>.Empty;

    /// <summary>Which version reads for whom now.</summary>
    public ModelRoute<TQuestion, TAnswer> Route
    {
        get => Volatile.Read(ref _route);
        set => Volatile.Write(ref _route, value);
    }

    /// <summary>Whether any version reads. Once one does, one always will, until all are let go.</summary>
    public bool IsServing => Route.Live is not null;

    /// <summary>
    /// Asks some questions together; as <see cref="IServedModel{TQuestion,TAnswer}.AskAsync"/>, and only while it <see cref="IsServing"/>.
    /// </summary>
    public async ValueTask<ServedAnswer<TAnswer>[]> AskAsync(
        ReadOnlyMemory<BatchItem<TQuestion>> questions, CancellationToken cancellationToken)
    {
        var route = Enter();
        try
        {
            return route.Canary is null
                ? await AskLiveAsync(route, questions, cancellationToken).ConfigureAwait(false)
                : await AskBothAsync(route, route.Canary, questions, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            route.Leave();
        }
    }

    // A version goes only after the route without it has come: whoever is refused by an old route finds the new one there.
    private ModelRoute<TQuestion, TAnswer> Enter()
    {
        ModelRoute<TQuestion, TAnswer> route;
        do
        {
            route = Route;
            if (route.Live is null)
            {
                throw new InvalidOperationException("No version of the model reads.");
            }
        }
        while (!route.TryEnter());
        return route;
    }

    private static ValueTask<ServedAnswer<TAnswer>[]> AskLiveAsync(
        ModelRoute<TQuestion, TAnswer> route, ReadOnlyMemory<BatchItem<TQuestion>> questions, CancellationToken cancellationToken) =>
        route.Shadows.IsEmpty
            ? route.Live!.Served.AskAsync(questions, cancellationToken)
            : AskShadowedAsync(route, questions, cancellationToken);

    // Shadows see what the live version reads, and are compared with nothing else.
    private static async ValueTask<ServedAnswer<TAnswer>[]> AskShadowedAsync(
        ModelRoute<TQuestion, TAnswer> route, ReadOnlyMemory<BatchItem<TQuestion>> questions, CancellationToken cancellationToken)
    {
        var answers = await route.Live!.Served.AskAsync(questions, cancellationToken).ConfigureAwait(false);
        foreach (var shadow in route.Shadows)
        {
            shadow.Offer(questions, answers);
        }

        return answers;
    }

    private static async ValueTask<ServedAnswer<TAnswer>[]> AskBothAsync(
        ModelRoute<TQuestion, TAnswer> route,
        Canary<TQuestion, TAnswer> canary,
        ReadOnlyMemory<BatchItem<TQuestion>> questions,
        CancellationToken cancellationToken)
    {
        var places = Split(questions.Span, canary);
        if (places.Length == 0)
        {
            return await AskLiveAsync(route, questions, cancellationToken).ConfigureAwait(false);
        }

        if (places.Length == questions.Length)
        {
            return await canary.Version.Served.AskAsync(questions, cancellationToken).ConfigureAwait(false);
        }

        var (canaries, others) = Gather(questions.Span, places);
        var askedCanary = canary.Version.Served.AskAsync(canaries, cancellationToken).AsTask();
        var askedLive = AskLiveAsync(route, others, cancellationToken).AsTask();
        // Both are waited for, whatever comes of either: the leases are given back after.
        await Task.WhenAll(askedCanary, askedLive).ConfigureAwait(false);
        return Merge(places, await askedCanary.ConfigureAwait(false), await askedLive.ConfigureAwait(false));
    }

    // The places of the canary's questions, ascending.
    private static int[] Split(ReadOnlySpan<BatchItem<TQuestion>> questions, Canary<TQuestion, TAnswer> canary)
    {
        var places = new int[questions.Length];
        var found = 0;
        for (var i = 0; i < questions.Length; i++)
        {
            if (canary.Covers(questions[i].Owner))
            {
                places[found++] = i;
            }
        }

        return places[..found];
    }

    private static (BatchItem<TQuestion>[] Canaries, BatchItem<TQuestion>[] Others) Gather(
        ReadOnlySpan<BatchItem<TQuestion>> questions, int[] places)
    {
        var canaries = new BatchItem<TQuestion>[places.Length];
        var others = new BatchItem<TQuestion>[questions.Length - places.Length];
        for (int i = 0, next = 0; i < questions.Length; i++)
        {
            if (next < places.Length && places[next] == i)
            {
                canaries[next++] = questions[i];
            }
            else
            {
                others[i - next] = questions[i];
            }
        }

        return (canaries, others);
    }

    private static ServedAnswer<TAnswer>[] Merge(int[] places, ServedAnswer<TAnswer>[] canaries, ServedAnswer<TAnswer>[] others)
    {
        var answers = new ServedAnswer<TAnswer>[canaries.Length + others.Length];
        for (int i = 0, next = 0; i < answers.Length; i++)
        {
            answers[i] = next < places.Length && places[next] == i ? canaries[next++] : others[i - next];
        }

        return answers;
    }
}

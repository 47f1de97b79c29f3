using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Scoring.Batching;

namespace Personalization.Scoring;

/// <summary>Those of a call's requests that ask a model, and where their answers belong.</summary>
/// <param name="most">How many there can be.</param>
internal sealed class Asked<TQuestion>(int most)
{
    private readonly BatchItem<TQuestion>[] _questions = new BatchItem<TQuestion>[most];
    private readonly int[] _places = new int[most];
    private int _count;

    /// <summary>What they ask.</summary>
    public ReadOnlyMemory<BatchItem<TQuestion>> Questions => _questions.AsMemory(0, _count);

    /// <summary>The place of a question's request among those of the call.</summary>
    public int PlaceOf(int question) => _places[question];

    /// <summary>Adds what a request asks.</summary>
    public void Add(int place, TQuestion question, ScoringRequest request)
    {
        _questions[_count] = new BatchItem<TQuestion>(question, (int)request.Lane, StableHash.Of(request.User.Value), request.Deadline);
        _places[_count++] = place;
    }
}

using System.Collections.Immutable;
using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring;

/// <summary>
/// Says which parts of a payload mattered: each is left out in turn, and what the valence loses is the part's weight (Zeiler
/// and Fergus 2014, "Visualizing and understanding convolutional networks"). Words and frames are left out; groups of the numbers
/// that describe a voice are made ordinary. Asks any scorer, and knows nothing of how it reads.
/// </summary>
public static class Occlusion
{
    /// <summary>The most parts that are left out; what has more is cut into stretches of about equal length.</summary>
    public const int MostParts = PayloadParts.Most;

    /// <summary>The weights of a payload's parts, most telling first; empty when it has no parts, or none can be read.</summary>
    /// <param name="scorer">Reads what is left.</param>
    /// <param name="request">The payload; its lane and deadline are those of every part.</param>
    /// <param name="whole">What was read out of the whole.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<ImmutableArray<Attribution>> ExplainAsync(
        ISentimentScorer scorer, ScoringRequest request, SentimentObservation whole, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(whole);
        var parts = PayloadParts.Of(request.Payload);
        if (parts.Count == 0)
        {
            return [];
        }

        var without = parts.Select(part => request with { Payload = PayloadParts.Without(request.Payload, part) }).ToArray();
        var results = await scorer.ScoreAsync(without, cancellationToken).ConfigureAwait(false);
        var weights = ImmutableArray.CreateBuilder<Attribution>(parts.Count);
        for (var i = 0; i < results.Length; i++)
        {
            if (ReadOf(results[i]) is { } rest)
            {
                var part = parts[i];
                weights.Add(new Attribution(part.Name, part.Start, part.Length, whole.Valence - rest.Valence)
                {
                    Field = part.Field,
                    ArousalWeight = whole.Arousal - rest.Arousal,
                });
            }
        }

        weights.Sort(static (a, b) => Telling(b).CompareTo(Telling(a)));
        return weights.DrainToImmutable();
    }

    // Where nothing is left to read, nothing was felt; where what is left could not be read, nothing is known.
    private static (float Valence, float Arousal)? ReadOf(in ScoringResult rest) => rest.Status switch
    {
        ScoringStatus.Scored when rest.Observation is { } said => (said.Valence, said.Arousal),
        ScoringStatus.NothingToScore => (0, 0),
        _ => null,
    };

    // A voice tells arousal best; of everything else the valence is asked for.
    private static float Telling(in Attribution part) =>
        Math.Abs(part.Weight) + (part.Field == PartField.Voice ? Math.Abs(part.ArousalWeight) : 0);
}

/// <summary>How much a part of a payload mattered.</summary>
/// <param name="Text">
/// The words; of a voice the group of numbers: <c>pitch</c>, <c>pauses</c>, <c>voice_quality</c>, <c>level</c>, <c>pace</c>,
/// <c>spectrum</c>, <c>timbre</c>; of an action <c>action</c>, <c>dwell</c>, <c>count</c>; empty for frames.
/// </param>
/// <param name="Start">The first UTF-16 unit of the words, the first frame, or the first number of the group.</param>
/// <param name="Length">How many UTF-16 units, frames or numbers.</param>
/// <param name="Weight">Valence of the whole less valence without the part, [−2, 2].</param>
public readonly record struct Attribution(string Text, int Start, int Length, float Weight)
{
    /// <summary>Where in the payload the part is.</summary>
    public PartField Field { get; init; }

    /// <summary>Arousal of the whole less arousal without the part, [−2, 2].</summary>
    public float ArousalWeight { get; init; }
}

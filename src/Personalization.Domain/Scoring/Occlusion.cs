using System.Collections.Immutable;
using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring;

/// <summary>
/// Says which parts of a payload mattered: each is left out in turn, and what the valence loses is the part's weight (Zeiler
/// and Fergus 2014, "Visualizing and understanding convolutional networks"). Asks any scorer, and knows nothing of how it reads.
/// </summary>
public static class Occlusion
{
    /// <summary>The most parts that are left out; what has more is cut into stretches of about equal length.</summary>
    public const int MostParts = 48;

    /// <summary>The weights of a payload's parts, most telling first; empty when it has no parts, or none can be read.</summary>
    /// <param name="scorer">Reads what is left.</param>
    /// <param name="request">The payload, words or frames; its lane and deadline are those of every part.</param>
    /// <param name="whole">What was read out of the whole.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<ImmutableArray<Attribution>> ExplainAsync(
        ISentimentScorer scorer, ScoringRequest request, SentimentObservation whole, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(whole);
        var parts = PartsOf(request.Payload);
        if (parts.Count < 2)
        {
            return [];
        }

        var without = parts.ConvertAll(part => request with { Payload = Without(request.Payload, part) });
        var results = await scorer.ScoreAsync(without, cancellationToken).ConfigureAwait(false);
        var weights = ImmutableArray.CreateBuilder<Attribution>(parts.Count);
        for (var i = 0; i < results.Length; i++)
        {
            if (results[i].Observation is { } rest)
            {
                weights.Add(new Attribution(TextOf(request.Payload, parts[i]), parts[i].Start, parts[i].Length, whole.Valence - rest.Valence));
            }
        }

        weights.Sort(static (a, b) => Math.Abs(b.Weight).CompareTo(Math.Abs(a.Weight)));
        return weights.DrainToImmutable();
    }

    private static List<Part> PartsOf(EventPayload payload) => payload switch
    {
        TextFeedbackPayload text => Gathered(WordsOf(text.Text)),
        SurveyAnswerPayload survey => Gathered(WordsOf(survey.Text)),
        ArFramesPayload { Frames.IsDefault: false } frames => Gathered([.. Enumerable.Range(0, frames.Frames.Length).Select(static i => new Part(i, 1))]),
        _ => [],
    };

    private static List<Part> WordsOf(string text)
    {
        var words = new List<Part>();
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            if (end > at)
            {
                words.Add(new Part(at, end - at));
            }

            at = end + 1;
        }

        return words;
    }

    private static List<Part> Gathered(List<Part> parts)
    {
        if (parts.Count <= MostParts)
        {
            return parts;
        }

        var gathered = new List<Part>(MostParts);
        for (var i = 0; i < MostParts; i++)
        {
            var first = parts[i * parts.Count / MostParts];
            var last = parts[((i + 1) * parts.Count / MostParts) - 1];
            gathered.Add(new Part(first.Start, last.Start + last.Length - first.Start));
        }

        return gathered;
    }

    private static EventPayload Without(EventPayload payload, Part part) => payload switch
    {
        TextFeedbackPayload text => text with { Text = text.Text.Remove(part.Start, part.Length) },
        SurveyAnswerPayload survey => survey with { Text = survey.Text.Remove(part.Start, part.Length) },
        _ => new ArFramesPayload(((ArFramesPayload)payload).Frames.RemoveRange(part.Start, part.Length)),
    };

    private static string TextOf(EventPayload payload, Part part) => payload switch
    {
        TextFeedbackPayload text => text.Text.Substring(part.Start, part.Length),
        SurveyAnswerPayload survey => survey.Text.Substring(part.Start, part.Length),
        _ => string.Empty,
    };

    private readonly record struct Part(int Start, int Length);
}

/// <summary>How much a part of a payload mattered.</summary>
/// <param name="Text">The words; empty for frames.</param>
/// <param name="Start">The first UTF-16 unit of the words, or the first frame.</param>
/// <param name="Length">How many UTF-16 units, or frames.</param>
/// <param name="Weight">Valence of the whole less valence without the part, [−2, 2].</param>
public readonly record struct Attribution(string Text, int Start, int Length, float Weight);

using System.Collections.Immutable;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring.Voice;

namespace Personalization.Domain.Scoring;

/// <summary>The parts of payloads that can be left out to see what they matter: words, frames, groups of numbers, what is known of an action.</summary>
internal static class PayloadParts
{
    /// <summary>The most parts; what has more is cut into stretches of about equal length.</summary>
    public const int Most = 48;

    private const int MostOfTitle = 8;

    /// <summary>A payload's parts, in order; empty when leaving something out would leave nothing.</summary>
    public static IReadOnlyList<PayloadPart> Of(EventPayload payload)
    {
        switch (payload)
        {
            case TextFeedbackPayload text:
                var title = WordsOf(PartField.Title, text.Title, MostOfTitle);
                return AtLeastTwo([.. title, .. WordsOf(PartField.Text, text.Text, Most - title.Count)]);
            case SurveyAnswerPayload survey:
                return AtLeastTwo(WordsOf(PartField.Text, survey.Text, Most));
            case ArFramesPayload { Frames.IsDefault: false } frames:
                return AtLeastTwo(Gathered([.. Enumerable.Range(0, frames.Frames.Length).Select(static i => new PayloadPart(PartField.Frames, string.Empty, i, 1))], Most));
            case VoicePayload voice:
                return GroupsOf(voice);
            case BehaviourPayload behaviour:
                return KnownOf(behaviour);
            default:
                return [];
        }
    }

    /// <summary>The payload without a part: words and frames are gone, numbers are ordinary, and of an action it is not known.</summary>
    public static EventPayload Without(EventPayload payload, in PayloadPart part) => (payload, part.Field) switch
    {
        (TextFeedbackPayload text, PartField.Title) => text with { Title = text.Title.Remove(part.Start, part.Length) },
        (TextFeedbackPayload text, _) => text with { Text = text.Text.Remove(part.Start, part.Length) },
        (SurveyAnswerPayload survey, _) => survey with { Text = survey.Text.Remove(part.Start, part.Length) },
        (ArFramesPayload frames, _) => new ArFramesPayload(frames.Frames.RemoveRange(part.Start, part.Length)),
        (VoicePayload voice, _) => Ordinary(voice, part),
        (BehaviourPayload behaviour, _) => part.Name switch
        {
            "dwell" => behaviour with { DwellMs = 0 },
            "count" => behaviour with { Count = 1 },
            _ => new BehaviourPayload { Action = BehaviourKind.View },
        },
        _ => payload,
    };

    private static List<PayloadPart> WordsOf(PartField field, string text, int most)
    {
        var words = new List<PayloadPart>();
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            if (end > at)
            {
                words.Add(new PayloadPart(field, string.Empty, at, end - at));
            }

            at = end + 1;
        }

        return [.. Gathered(words, most).Select(part => part with { Name = text.Substring(part.Start, part.Length) })];
    }

    private static List<PayloadPart> Gathered(List<PayloadPart> parts, int most)
    {
        if (parts.Count <= most)
        {
            return parts;
        }

        var gathered = new List<PayloadPart>(most);
        for (var i = 0; i < most; i++)
        {
            var first = parts[i * parts.Count / most];
            var last = parts[((i + 1) * parts.Count / most) - 1];
            gathered.Add(first with { Length = last.Start + last.Length - first.Start });
        }

        return gathered;
    }

    private static List<PayloadPart> AtLeastTwo(List<PayloadPart> parts) => parts.Count < 2 ? [] : parts;

    // What is described at length is left out there and in the few features beside it; what is not, in these alone.
    private static List<PayloadPart> GroupsOf(VoicePayload voice)
    {
        var isLong = HasFunctionals(voice);
        return voice.Features.IsDefaultOrEmpty
            ? []
            : [.. OrdinaryVoice.Groups
                .Where(group => isLong || ProsodyRules.HasOrdinary(group.Name))
                .Select(group => new PayloadPart(PartField.Voice, group.Name, isLong ? group.Start : 0, isLong ? group.Length : 0))];
    }

    private static VoicePayload Ordinary(VoicePayload voice, in PayloadPart part) => voice with
    {
        Features = ProsodyRules.Ordinary(voice.Features, part.Name),
        Functionals = HasFunctionals(voice) ? OrdinaryVoice.Without(voice.Functionals, part.Start, part.Length) : voice.Functionals,
    };

    private static bool HasFunctionals(VoicePayload voice) =>
        voice.Functionals.Layout == VoiceFunctionals.Layout && !voice.Functionals.IsEmpty && voice.Functionals.Values.Length == VoiceFunctionals.Count;

    private static List<PayloadPart> KnownOf(BehaviourPayload behaviour)
    {
        var known = new List<PayloadPart> { new(PartField.Behaviour, "action", 0, 0) };
        if (behaviour.DwellMs > 0)
        {
            known.Add(new PayloadPart(PartField.Behaviour, "dwell", 0, 0));
        }

        if (behaviour.Count > 1)
        {
            known.Add(new PayloadPart(PartField.Behaviour, "count", 0, 0));
        }

        return known;
    }
}

/// <summary>A part of a payload.</summary>
/// <param name="Field">Where in the payload it is.</param>
/// <param name="Name">The words; the group's name; empty for frames.</param>
/// <param name="Start">The first UTF-16 unit, frame or number.</param>
/// <param name="Length">How many.</param>
internal readonly record struct PayloadPart(PartField Field, string Name, int Start, int Length);

/// <summary>Where in a payload a part is. Sent between silos; never renumber.</summary>
public enum PartField : byte
{
    /// <summary>Words of a text or of a survey answer.</summary>
    Text = 0,
    /// <summary>Words of a text's title.</summary>
    Title = 1,
    /// <summary>Frames of a face.</summary>
    Frames = 2,
    /// <summary>A group of the numbers that describe a voice.</summary>
    Voice = 3,
    /// <summary>What is known of an action.</summary>
    Behaviour = 4,
}

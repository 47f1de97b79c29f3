using System.Text;
using Personalization.LoadTest.Catalogues;
using Personalization.LoadTest.Measuring;
using Personalization.LoadTest.Shoppers;

namespace Personalization.LoadTest.Feelings;

/// <summary>
/// Writes what a shopper would: sentences about the whole and about aspects, each leaning as that shopper feels about it,
/// joined, hedged, sharpened, slipped in the typing, with an emoji here and irony there.
/// </summary>
internal sealed class FeedbackWriter(SimulatedShopper shopper)
{
    private readonly Rng _rng = shopper.Rng;
    private readonly StringBuilder _text = new(400);

    /// <summary>A headline for a feeling; empty when the shopper does not bother.</summary>
    public string Title(double feeling) => _rng.Chance(0.6) ? Slip(_rng.Pick(Phrases.Titles[(int)Tones.For(_rng, feeling)])) : string.Empty;

    /// <summary>A review.</summary>
    /// <param name="item">Of what.</param>
    /// <param name="feeling">How its owner feels about it, [−1, 1].</param>
    public string Review(Item item, double feeling)
    {
        _text.Clear();
        var tone = Tones.For(_rng, feeling);
        if (tone == Tone.Awful && _rng.Chance(shopper.Manner.Irony))
        {
            return Slip(Fill(_rng.Pick(Phrases.Irony), item));
        }

        if (_rng.Chance(0.45))
        {
            _text.Append(_rng.Pick(Phrases.Openers)).Append(' ');
        }

        WriteSentences(item, feeling, 1 + _rng.Next(1 + (int)(4 * shopper.Manner.Talkativeness)));
        if (_rng.Chance(0.4))
        {
            _text.Append(' ').Append(_rng.Pick(Phrases.Closers[(int)Tones.For(_rng, feeling)]));
        }

        AppendEmoji(tone);
        return Slip(Fill(_text.ToString(), item));
    }

    /// <summary>A short post or message about something owned.</summary>
    public string Post(Item item, double feeling)
    {
        _text.Clear();
        var tone = Tones.For(_rng, feeling);
        _text.Append(_rng.Pick(Phrases.Overall[(int)tone]));
        AppendEmoji(tone);
        return Slip(Fill(_text.ToString(), item));
    }

    /// <summary>A line in the shop's chat.</summary>
    /// <param name="feeling">How the visit feels, [−1, 1].</param>
    /// <param name="item">What was looked at last; null when nothing.</param>
    public string Chat(double feeling, Item? item)
    {
        _text.Clear();
        var tone = Tones.For(_rng, feeling);
        _text.Append(_rng.Pick(Phrases.Chat[(int)tone]));
        AppendEmoji(tone);
        return Slip(Fill(_text.ToString(), item));
    }

    private void WriteSentences(Item item, double feeling, int count)
    {
        Tone? before = null;
        var aspects = item.Family.Aspects;
        for (var i = 0; i < count; i++)
        {
            // The first sentence is about the whole more often than not; the others find something in particular.
            var about = i == 0 && _rng.Chance(0.65) ? -1 : _rng.Next(aspects.Length);
            var lean = about < 0 ? feeling : (0.45 * feeling) + (0.55 * item.Truth.Aspects[about]);
            var tone = Tones.For(_rng, lean);
            var sentence = _rng.Pick(about < 0 ? Phrases.Overall[(int)tone] : Phrases.ByAspect[aspects[about]][(int)tone]);
            Join(before, tone);
            Append(sentence, tone);
            before = tone;
        }

        _text.Append(_rng.Chance(0.15) ? "!" : ".");
    }

    private void Join(Tone? before, Tone tone)
    {
        if (before is { } b)
        {
            var turns = (b < Tone.Mixed && tone > Tone.Mixed) || (b > Tone.Mixed && tone < Tone.Mixed);
            _text.Append(_rng.Pick(turns ? Phrases.But : Phrases.And));
        }
    }

    private void Append(string sentence, Tone tone)
    {
        var strong = tone is Tone.Awful or Tone.Great;
        if (_rng.Chance(strong ? 0.08 : 0.3))
        {
            _text.Append(_rng.Pick(Phrases.Hedges));
        }
        else if (strong && _rng.Chance(0.2))
        {
            _text.Append(_rng.Pick(Phrases.Boosts));
        }

        _text.Append(sentence);
    }

    private void AppendEmoji(Tone tone)
    {
        while (_rng.Chance(shopper.Manner.Emoji * 0.7))
        {
            _text.Append(' ').Append(_rng.Pick(Phrases.Emoji[(int)tone]));
        }
    }

    private string Fill(string template, Item? item)
    {
        var hair = item?.Family.Department == "hair";
        return template
            .Replace("{noun}", item?.Noun ?? "order", StringComparison.Ordinal)
            .Replace("{brand}", item?.BrandName ?? "this shop", StringComparison.Ordinal)
            .Replace("{time}", _rng.Pick(Phrases.Times), StringComparison.Ordinal)
            .Replace("{person}", _rng.Pick(Phrases.Persons), StringComparison.Ordinal)
            .Replace("{skin}", _rng.Pick(hair ? Phrases.Hairs : Phrases.Skins), StringComparison.Ordinal);
    }

    /// <summary>Sentence case for the careful; dropped, doubled and swapped letters for the careless.</summary>
    private string Slip(string text)
    {
        _text.Clear().Append(text);
        if (shopper.Manner.Carelessness < 0.03)
        {
            Capitalise();
        }

        for (var i = 1; i < _text.Length - 1; i++)
        {
            if (char.IsAsciiLetterLower(_text[i]) && char.IsAsciiLetterLower(_text[i + 1]) && _rng.Chance(shopper.Manner.Carelessness / 5))
            {
                SlipAt(i);
            }
        }

        return _text.ToString();
    }

    private void Capitalise()
    {
        var start = true;
        for (var i = 0; i < _text.Length; i++)
        {
            if (start && char.IsAsciiLetterLower(_text[i]))
            {
                _text[i] = char.ToUpperInvariant(_text[i]);
            }

            start = _text[i] is '.' or '!' or '?' || (start && !char.IsLetterOrDigit(_text[i]));
        }
    }

    private void SlipAt(int i)
    {
        switch (_rng.Next(3))
        {
            case 0:
                _text.Remove(i, 1);
                break;
            case 1:
                _text.Insert(i, _text[i]);
                break;
            default:
                (_text[i], _text[i + 1]) = (_text[i + 1], _text[i]);
                break;
        }
    }
}

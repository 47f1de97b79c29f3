using System.Collections.Immutable;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Text;

/// <summary>
/// Reads feelings out of words: cuts a text into what the model can take, and puts what the model says of the pieces
/// together again. Between the two the pieces go through the batcher.
/// </summary>
internal sealed class TextScorer(TextModel model, int maxCharacters)
{
    private const int Overlap = 16;
    private const int MaxClauses = 8;
    private const int LongestClause = 32;
    // Of the characters; above it the text is noise.
    private const float TooDamaged = 0.2f;
    // Of the tokens; above it the words are of no language that the model knows.
    private const float MostlyUnknown = 0.6f;
    private const float MixedShare = 0.3f;
    private const float AspectsApart = 0.4f;
    private const float SarcasmDiscount = 0.6f;
    private const float ClauseDiscount = 0.8f;
    // The calibration was made on languages that the model knows; on others it claims about twice what it earns.
    private const float LanguageDiscount = 0.5f;
    // What the model's card measures as better than guessing.
    private static readonly string[] _languages = ["ar", "de", "en", "es", "fr", "it", "pt"];

    /// <summary>Which model reads.</summary>
    public string Version => model.Version;

    /// <summary>The observation of a text that cannot be read.</summary>
    public SentimentObservation Unreadable { get; } = SentimentObservation.Unreadable(Modality.Text, model.Version);

    /// <summary>Cuts a text into a job for the model.</summary>
    /// <param name="title">A headline; empty when there is none.</param>
    /// <param name="text">The text.</param>
    /// <param name="language">BCP 47 tag; empty when unknown.</param>
    /// <returns>The job; null when there is nothing in it that can be read: no token, mostly no UTF-16, or too long.</returns>
    public TextJob? Prepare(string title, string text, string language)
    {
        if (title.Length + text.Length > maxCharacters)
        {
            return null;
        }

        // As the model was trained: a headline is a first sentence.
        var whole = title.Length == 0 ? text : $"{title} . {text}";
        var tokens = model.Tokenizer.Encode(whole);
        if (tokens.Count == 0 || tokens.Damaged > TooDamaged * whole.Length)
        {
            return null;
        }

        var rows = new List<TextRow>(4);
        AddWindows(tokens.Count, rows);
        var windows = rows.Count;
        model.Aspects.AddClauses(tokens.Words, LongestClause, MaxClauses, rows);
        return new TextJob(tokens, [.. rows], windows, language);
    }

    /// <summary>Puts together what the model said.</summary>
    /// <param name="job">The job.</param>
    /// <param name="readings">One reading per row of the job.</param>
    /// <exception cref="InvalidOperationException">The model said something that is no number.</exception>
    public SentimentObservation Observe(TextJob job, ReadOnlySpan<TextReading> readings)
    {
        foreach (var reading in readings)
        {
            if (!reading.IsFinite)
            {
                throw new InvalidOperationException($"{model.Version} gave an output that is not finite.");
            }
        }

        var whole = Pool(job, readings);
        var aspects = AspectsOf(job, readings);
        var flags = Flags(job, whole, aspects);
        var discount = ((flags & ObservationFlags.Sarcasm) != 0 ? SarcasmDiscount : 1)
            * ((flags & ObservationFlags.UnknownLanguage) != 0 ? LanguageDiscount : 1);
        return new SentimentObservation
        {
            Modality = Modality.Text,
            Valence = whole.Valence,
            Arousal = Math.Clamp(whole.Arousal, -1, 1),
            Confidence = whole.Confidence * discount,
            Emotions = whole.Emotions,
            FineEmotions = FineOf(whole.Fine),
            Flags = flags,
            Aspects = aspects,
            ModelVersion = model.Version,
        };
    }

    // Windows overlap so that no clause is cut in every window that has it; the last one ends with the text.
    private void AddWindows(int tokens, List<TextRow> rows)
    {
        var window = model.Window;
        for (var start = 0; ; start += window - Overlap)
        {
            if (start + window >= tokens)
            {
                var last = Math.Max(0, tokens - window);
                rows.Add(new TextRow(last, tokens - last, -1));
                return;
            }

            rows.Add(new TextRow(start, window, -1));
        }
    }

    /// <summary>The mean over the windows, each by its length: a long complaint outweighs a short greeting.</summary>
    internal static TextReading Pool(TextJob job, ReadOnlySpan<TextReading> readings)
    {
        if (job.Windows == 1)
        {
            return readings[0];
        }

        float total = 0, negative = 0, neutral = 0, positive = 0, valence = 0, arousal = 0, irony = 0;
        var emotions = default(EmotionDistribution);
        var fine = default(FineEmotions);
        for (var i = 0; i < job.Windows; i++)
        {
            total += job.Rows[i].Length;
        }

        for (var i = 0; i < job.Windows; i++)
        {
            var (share, r) = (job.Rows[i].Length / total, readings[i]);
            negative += share * r.Negative;
            neutral += share * r.Neutral;
            positive += share * r.Positive;
            valence += share * r.Valence;
            arousal += share * r.Arousal;
            irony += share * r.Irony;
            emotions.Add(r.Emotions, share);
            fine.Add(r.Fine, share);
        }

        return new TextReading(negative, neutral, positive, valence, arousal, irony, emotions, fine);
    }

    private static ImmutableArray<float> FineOf(in FineEmotions fine)
    {
        ReadOnlySpan<float> values = fine;
        return [.. values];
    }

    private static ImmutableArray<AspectSentiment> AspectsOf(TextJob job, ReadOnlySpan<TextReading> readings)
    {
        if (job.Rows.Length == job.Windows)
        {
            return [];
        }

        var found = ImmutableArray.CreateBuilder<AspectSentiment>(job.Rows.Length - job.Windows);
        for (var i = job.Windows; i < job.Rows.Length; i++)
        {
            var name = AspectLexicon.NameOf(job.Rows[i].Aspect);
            var here = new AspectSentiment(name, readings[i].Valence, ClauseDiscount * readings[i].Confidence);
            var known = IndexOf(found, name);
            if (known < 0)
            {
                found.Add(here);
            }
            else
            {
                found[known] = Join(found[known], here);
            }
        }

        return found.DrainToImmutable();
    }

    private static int IndexOf(ImmutableArray<AspectSentiment>.Builder found, string name)
    {
        for (var i = 0; i < found.Count; i++)
        {
            if (ReferenceEquals(found[i].Aspect, name))
            {
                return i;
            }
        }

        return -1;
    }

    private static AspectSentiment Join(AspectSentiment a, AspectSentiment b)
    {
        var sure = a.Confidence + b.Confidence;
        return sure <= 0 ? a : a with
        {
            Valence = (a.Confidence * a.Valence + b.Confidence * b.Valence) / sure,
            Confidence = Math.Max(a.Confidence, b.Confidence),
        };
    }

    private ObservationFlags Flags(TextJob job, in TextReading whole, ImmutableArray<AspectSentiment> aspects)
    {
        var flags = job.Windows > 1 ? ObservationFlags.Windowed : ObservationFlags.None;
        if (whole.Irony >= model.SarcasmThreshold)
        {
            flags |= ObservationFlags.Sarcasm;
        }

        if (Math.Min(whole.Negative, whole.Positive) >= MixedShare || Disagree(aspects))
        {
            flags |= ObservationFlags.Mixed;
        }

        if (job.Tokens.Damaged > 0)
        {
            flags |= ObservationFlags.LowQuality;
        }

        return IsUnknownLanguage(job) ? flags | ObservationFlags.UnknownLanguage : flags;
    }

    private static bool Disagree(ImmutableArray<AspectSentiment> aspects)
    {
        float lowest = 0, highest = 0;
        foreach (var aspect in aspects)
        {
            lowest = Math.Min(lowest, aspect.Valence);
            highest = Math.Max(highest, aspect.Valence);
        }

        return lowest < -AspectsApart && highest > AspectsApart;
    }

    private static bool IsUnknownLanguage(TextJob job)
    {
        if (job.Language.Length >= 2)
        {
            var primary = job.Language.AsSpan(0, 2);
            foreach (var language in _languages)
            {
                if (primary.Equals(language, StringComparison.OrdinalIgnoreCase))
                {
                    return false;
                }
            }

            return true;
        }

        var unknown = job.Tokens.Words.AsSpan().Count(TextTokenizer.Unknown);
        return unknown > MostlyUnknown * job.Tokens.Count;
    }
}

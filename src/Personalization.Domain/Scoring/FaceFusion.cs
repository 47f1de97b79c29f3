using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring;

/// <summary>
/// One observation of a face out of what the rules read in its coefficients and what a model saw in its pictures.
/// </summary>
/// <remarks>
/// <para>
/// Pictures of one event are pooled first: the mean of their emotions, each weighted by its confidence times the frame's
/// quality. Their order means nothing, and more of them make no surer, for neighbouring frames are wrong together. What to
/// beware of in most of them (<see cref="PictureFlags"/>) is to beware of in the whole.
/// </para>
/// <para>
/// Then both readings are weighted by precision (Cochran 1937). A reading of reliability c, the share of its variance that
/// is not error, has the error precision p = c / (1 − c) in units of the prior's. With s = p₂ / (p₁ + p₂), emotions, and
/// with them valence and arousal, are (1 − s)·x₁ + s·x₂. Both look at the same face, so their errors correlate by ρ, and
/// together they are worth P = max(p₁, p₂, (p₁ + p₂) / (1 + ρ)), exact for equals. Where they disagree by Δ of valence, the
/// variance between them, s(1 − s)Δ², adds to the variance 1/P within (law of total variance; τ² is the prior's, by which
/// both are measured): P′ = 1 / (1/P + s(1 − s)Δ²/τ²), and c′ = P′ / (1 + P′).
/// </para>
/// <para>
/// Weights depend on how well a face was seen and never on what it shows: so a stronger smile, in either reading, never
/// makes the whole less happy. ρ, τ and the most that a picture is trusted are this project's own round figures.
/// </para>
/// </remarks>
public static class FaceFusion
{
    // A model that is right about a face is not yet right about the person behind it.
    private const float MostReliable = 0.8f;
    private const float PoorWeight = 0.4f;

    // Less than this is no face at all, and too little to divide by.
    private const float LeastWeight = 1e-4f;
    private const float Correlation = 0.5f;
    private const float PriorVariance = 0.25f;

    // Readings further apart than this contradict each other.
    private const float Contradiction = 1f;

    /// <summary>Reads a feeling out of a run of frames.</summary>
    /// <param name="payload">The frames.</param>
    /// <returns>
    /// The observation: <see cref="BlendshapeRules.Read"/>'s own where no picture was looked at; null when the frames are
    /// whole and hold nothing, for their pictures were not looked at.
    /// </returns>
    public static SentimentObservation? Read(ArFramesPayload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (Pool(payload) is not { } seen)
        {
            return HoldsNothing(payload) ? null : BlendshapeRules.Read(payload);
        }

        return (BlendshapeRules.Weigh(payload) is { } rules ? Fuse(rules, seen) : seen).ToObservation();
    }

    private static FaceEvidence Fuse(in FaceEvidence rules, in FaceEvidence seen)
    {
        if (seen.Reliability <= 0)
        {
            return rules with { Flags = rules.Flags | seen.Flags, Version = Join(rules, seen) };
        }

        float p1 = Precision(rules.Reliability), p2 = Precision(seen.Reliability);
        var s = p2 / (p1 + p2);
        var apart = MathF.Abs(rules.Valence - seen.Valence);
        var together = MathF.Max(MathF.Max(p1, p2), (p1 + p2) / (1 + Correlation));
        var precision = 1 / (1 / together + s * (1 - s) * apart * apart / PriorVariance);
        return new FaceEvidence(
            Mix(rules.Emotions, seen.Emotions, s),
            precision / (1 + precision),
            rules.Flags | seen.Flags | (apart > Contradiction ? ObservationFlags.Mixed : ObservationFlags.None),
            Join(rules, seen));
    }

    private static FaceEvidence? Pool(ArFramesPayload payload)
    {
        var sum = default(EmotionDistribution);
        var weights = 0f;
        var (count, dark, hidden) = (0, 0, 0);
        var version = string.Empty;
        foreach (var frame in payload.Frames.IsDefault ? [] : payload.Frames)
        {
            if (frame.Face is { } face && IsReadable(face))
            {
                var weight = Math.Clamp(face.Confidence, 0, 1) * (float.IsFinite(frame.Quality) ? Math.Clamp(frame.Quality, 0, 1) : 0);
                sum.Add(face.Emotions, weight);
                weights += weight;
                version = face.ModelVersion;
                count++;
                dark += (face.Flags & PictureFlags.LowLight) != 0 ? 1 : 0;
                hidden += (face.Flags & PictureFlags.Occluded) != 0 ? 1 : 0;
            }
        }

        if (count == 0)
        {
            return null;
        }

        var mean = weights / count;
        var isFace = mean > LeastWeight;
        return new FaceEvidence(
            isFace ? sum.Scaled(1 / weights) : EmotionDistribution.Only(Emotion.Neutral),
            isFace ? MostReliable * mean : 0,
            (mean < PoorWeight ? ObservationFlags.LowQuality : ObservationFlags.None)
                | (2 * dark > count ? ObservationFlags.LowLight | ObservationFlags.LowQuality : ObservationFlags.None)
                | (2 * hidden > count ? ObservationFlags.Occluded | ObservationFlags.LowQuality : ObservationFlags.None),
            version);
    }

    private static bool HoldsNothing(ArFramesPayload payload)
    {
        if (payload.Frames.IsDefaultOrEmpty)
        {
            return false;
        }

        foreach (var frame in payload.Frames)
        {
            if (frame.Coefficients.IsDefault || frame.Coefficients.Length > 0 || frame.Face is not null)
            {
                return false;
            }
        }

        return true;
    }

    // Sums to about 1: what does not is no reading of ours.
    private static bool IsReadable(FaceReading face)
    {
        for (var e = 0; e < EmotionDistribution.Count; e++)
        {
            if (!(face.Emotions[e] >= 0))
            {
                return false;
            }
        }

        return MathF.Abs(face.Emotions.Sum() - 1) < 0.01f && float.IsFinite(face.Confidence);
    }

    private static float Precision(float reliability) => reliability / (1 - reliability);

    private static EmotionDistribution Mix(in EmotionDistribution a, in EmotionDistribution b, float share)
    {
        var all = a.Scaled(1 - share);
        all.Add(in b, share);
        return all;
    }

    private static string Join(in FaceEvidence rules, in FaceEvidence seen) => $"{rules.Version}+{seen.Version}";
}

using System.Buffers;
using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring;

/// <summary>
/// What a run of facial expression frames says: a prior after EMFACS (Friesen and Ekman 1983), which names the action units
/// that go with each emotion, behind a temporal filter. It was tuned on no labelled faces, and claims no accuracy.
/// </summary>
/// <remarks>
/// Filter: per coefficient the median of three frames, which removes a tracker's single-frame jumps, then an exponential
/// mean with a time constant of 250 ms, which removes jitter and keeps what lasts. Confusion is AU 4 with AU 7 (D'Mello,
/// Craig and others on learners' faces); contempt is a one-sided lip corner. What flashes by before the mean has moved is told by
/// <see cref="MicroExpressionDetector"/>.
/// </remarks>
public static class BlendshapeRules
{
    /// <summary>Which rules these are, as <see cref="SentimentObservation.ModelVersion"/>.</summary>
    public const string Version = "blendshape-rules@1";

    /// <summary>How many coefficients a frame has.</summary>
    public const int Coefficients = 52;

    private const float TimeConstantMs = 250;
    private const float MostConfident = 0.7f;
    private const float PoorQuality = 0.4f;
    private const int FewFrames = 5;

    /// <summary>Reads a feeling out of a run of frames.</summary>
    /// <param name="payload">
    /// The frames. Frames that are not finite or have the wrong number of coefficients are left out; those that have none at
    /// all, for only a picture came, are none of these rules' business.
    /// </param>
    /// <returns>
    /// The observation, its confidence at most 0.7 and in proportion to how well the face was seen; flagged
    /// <see cref="ObservationFlags.LowQuality"/> when poorly seen, short or partly broken, <see cref="ObservationFlags.Unreadable"/>
    /// when no frame can be read.
    /// </returns>
    public static SentimentObservation Read(ArFramesPayload payload) =>
        Weigh(payload)?.ToObservation() ?? SentimentObservation.Unreadable(Modality.Face, Version);

    /// <summary>The same before it is made an observation; null when no frame can be read.</summary>
    internal static FaceEvidence? Weigh(ArFramesPayload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var frames = payload.Frames.IsDefault ? [] : payload.Frames;
        var readable = ArrayPool<BlendshapeFrame>.Shared.Rent(Math.Max(1, frames.Length));
        try
        {
            int count = 0, broken = 0;
            foreach (var frame in frames)
            {
                if (IsReadable(frame))
                {
                    readable[count++] = frame;
                }
                else if (frame.Coefficients.IsDefault || frame.Coefficients.Length > 0)
                {
                    broken++;
                }
            }

            return count == 0 ? null : Weigh(readable.AsSpan(0, count), broken);
        }
        finally
        {
            ArrayPool<BlendshapeFrame>.Shared.Return(readable, clearArray: true);
        }
    }

    private static FaceEvidence Weigh(ReadOnlySpan<BlendshapeFrame> frames, int broken)
    {
        Span<float> filtered = stackalloc float[Coefficients];
        Span<float> steady = stackalloc float[Coefficients];
        var sum = default(EmotionDistribution);
        var flashes = new MicroExpressionDetector();
        float seen = 0, quality = 0;
        for (var i = 0; i < frames.Length; i++)
        {
            Filter(frames, i, steady, filtered);
            flashes.Add(frames[i].OffsetMs, EmotionsOf(new ActionUnits(steady)));
            var weight = Math.Clamp(frames[i].Quality, 0, 1);
            quality += weight;
            // A badly seen face still counts a little: else a dark run of frames would say nothing at all.
            weight = Math.Max(weight, 0.05f);
            seen += weight;
            sum.Add(EmotionsOf(new ActionUnits(filtered)), weight);
        }

        quality /= frames.Length;
        var enough = Math.Min(1f, frames.Length / (float)FewFrames);
        var poor = quality < PoorQuality || frames.Length < FewFrames || broken > 0;
        var flags = poor ? ObservationFlags.LowQuality : ObservationFlags.None;
        flags |= flashes.Found ? ObservationFlags.MicroExpression : ObservationFlags.None;
        return new FaceEvidence(sum.Scaled(1 / seen), MostConfident * quality * enough, flags, Version);
    }

    /// <summary>The median of three frames, and the exponential mean over it.</summary>
    private static void Filter(ReadOnlySpan<BlendshapeFrame> frames, int i, Span<float> steady, Span<float> filtered)
    {
        var before = frames[Math.Max(0, i - 1)].Coefficients.AsSpan();
        var here = frames[i].Coefficients.AsSpan();
        var after = frames[Math.Min(frames.Length - 1, i + 1)].Coefficients.AsSpan();
        var elapsed = i == 0 ? 0 : Math.Max(0, frames[i].OffsetMs - frames[i - 1].OffsetMs);
        var keep = i == 0 ? 0 : MathF.Exp(-elapsed / TimeConstantMs);
        for (var c = 0; c < Coefficients; c++)
        {
            steady[c] = Median(Clamp(before[c]), Clamp(here[c]), Clamp(after[c]));
            filtered[c] = keep * filtered[c] + (1 - keep) * steady[c];
        }
    }

    private static EmotionDistribution EmotionsOf(in ActionUnits au)
    {
        var e = default(EmotionDistribution);
        var smile = au.LipCorner;
        // Duchenne: cheeks with lip corners are joy; lip corners alone are politeness, worth half.
        e[(int)Emotion.Joy] = smile * (0.5f + 0.5f * Math.Min(1, 2 * au.Cheek));
        e[(int)Emotion.Sadness] = All(Math.Max(au.InnerBrow, au.BrowLowerer), au.LipCornerDepressor) * (1 - smile);
        e[(int)Emotion.Surprise] = All((au.InnerBrow + au.OuterBrow) / 2, au.UpperLid, au.Jaw) * (1 - au.BrowLowerer);
        e[(int)Emotion.Fear] = All((au.InnerBrow + au.OuterBrow) / 2, au.UpperLid, Math.Max(au.LipStretcher, au.BrowLowerer)) * (1 - smile);
        e[(int)Emotion.Anger] = All(au.BrowLowerer, Math.Max(au.UpperLid, au.LidTightener), au.LipPressor) * (1 - smile);
        e[(int)Emotion.Disgust] = Math.Max(au.NoseWrinkler, All(au.UpperLip, Math.Max(au.LowerLip, au.LipCornerDepressor))) * (1 - smile);
        e[(int)Emotion.Contempt] = Math.Max(0, au.OneSidedCorner - 0.25f) * (1 - au.Cheek);
        e[(int)Emotion.Confusion] = All(au.BrowLowerer, au.LidTightener) * (1 - smile) * (1 - au.LipPressor) * (1 - au.NoseWrinkler);
        e[(int)Emotion.Interest] = (au.InnerBrow + au.OuterBrow) / 2 * (1 - au.UpperLid) * (1 - au.BrowLowerer) * (1 - au.LipCornerDepressor) * 0.6f;
        return WithNeutral(e);
    }

    // What no expression claims is neutral; expressions that claim more than there is share it.
    private static EmotionDistribution WithNeutral(EmotionDistribution e)
    {
        var total = e.Sum();
        if (total > 1)
        {
            return e.Scaled(1 / total);
        }

        e[(int)Emotion.Neutral] = 1 - total;
        return e;
    }

    // Units that belong together count only together: the geometric mean is 0 as soon as one of them is.
    private static float All(float a, float b) => MathF.Sqrt(a * b);

    private static float All(float a, float b, float c) => MathF.Cbrt(a * b * c);

    private static bool IsReadable(BlendshapeFrame frame)
    {
        if (frame.Coefficients.IsDefault || frame.Coefficients.Length != Coefficients || !float.IsFinite(frame.Quality))
        {
            return false;
        }

        foreach (var value in frame.Coefficients.AsSpan())
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static float Clamp(float value) => Math.Clamp(value, 0, 1);

    private static float Median(float a, float b, float c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}

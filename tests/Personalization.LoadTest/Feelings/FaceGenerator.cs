using Personalization.LoadTest.Measuring;
using Personalization.V1;

namespace Personalization.LoadTest.Feelings;

/// <summary>
/// Makes the blendshape frames of a face that feels something: muscles that go with the feeling, each with its own noise from
/// frame to frame, blinks, speech, looking about, and the polite smile that means nothing.
/// </summary>
/// <remarks>Which muscles go with what follows Ekman and Friesen's FACS: 12 + 6 joy, 4 + 7 + 23 anger, 1 + 15 sadness, 9 disgust, 1 + 2 + 5 surprise.</remarks>
internal static class FaceGenerator
{
    /// <summary>How many coefficients a frame has.</summary>
    public const int Coefficients = 52;

    private const int FrameMs = 100;
    private const double Persistence = 0.8;

    // Places in the alphabetical list of ARKit's names.
    private const int BrowDownLeft = 0, BrowDownRight = 1, BrowInnerUp = 2, BrowOuterUpLeft = 3, BrowOuterUpRight = 4;
    private const int CheekSquintLeft = 6, CheekSquintRight = 7, EyeBlinkLeft = 8, EyeBlinkRight = 9, EyeLookDownLeft = 10, EyeLookDownRight = 11;
    private const int EyeSquintLeft = 18, EyeSquintRight = 19, EyeWideLeft = 20, EyeWideRight = 21, JawOpen = 24;
    private const int MouthFrownLeft = 29, MouthFrownRight = 30, MouthPressLeft = 35, MouthPressRight = 36;
    private const int MouthSmileLeft = 43, MouthSmileRight = 44, MouthUpperUpLeft = 47, MouthUpperUpRight = 48, NoseSneerLeft = 49, NoseSneerRight = 50;

    /// <summary>The frames of a look.</summary>
    /// <param name="rng">Chance.</param>
    /// <param name="valence">The feeling, [−1, 1].</param>
    /// <param name="arousal">How stirred, [−1, 1].</param>
    /// <param name="expressiveness">How much of it shows, about 0.3 to 1.2.</param>
    /// <param name="frames">How many, 100 ms apart.</param>
    public static ArFrames Make(Rng rng, double valence, double arousal, double expressiveness, int frames)
    {
        var target = new double[Coefficients];
        Express(target, valence, arousal, expressiveness);
        if (rng.Chance(0.12))
        {
            Add(target, MouthSmileLeft, MouthSmileRight, rng.Between(0.1, 0.3));
        }

        var talks = rng.Chance(0.2);
        var light = rng.Chance(0.1) ? rng.Between(0.25, 0.6) : rng.Between(0.75, 1);
        var state = new double[Coefficients];
        target.CopyTo(state, 0);
        var look = new ArFrames();
        for (var i = 0; i < frames; i++)
        {
            look.Frames.Add(MakeFrame(rng, target, state, i * FrameMs, talks, light));
        }

        return look;
    }

    private static void Express(double[] target, double valence, double arousal, double expressiveness)
    {
        var joy = expressiveness * Math.Max(0, valence);
        var hurt = expressiveness * Math.Max(0, -valence);
        var heat = Math.Clamp(0.5 + (0.5 * arousal), 0, 1);
        Add(target, MouthSmileLeft, MouthSmileRight, 0.75 * joy);
        Add(target, CheekSquintLeft, CheekSquintRight, 0.45 * joy);
        Add(target, EyeSquintLeft, EyeSquintRight, 0.25 * joy);
        Add(target, BrowDownLeft, BrowDownRight, 0.65 * hurt * heat);
        Add(target, MouthPressLeft, MouthPressRight, 0.4 * hurt * heat);
        Add(target, NoseSneerLeft, NoseSneerRight, 0.35 * hurt * heat);
        Add(target, MouthUpperUpLeft, MouthUpperUpRight, 0.15 * hurt * heat);
        Add(target, MouthFrownLeft, MouthFrownRight, 0.55 * hurt);
        target[BrowInnerUp] += 0.5 * hurt * (1 - heat);
        var surprise = expressiveness * Math.Max(0, arousal - 0.35);
        Add(target, BrowOuterUpLeft, BrowOuterUpRight, 0.6 * surprise);
        Add(target, EyeWideLeft, EyeWideRight, 0.5 * surprise);
        target[BrowInnerUp] += 0.4 * surprise;
        target[JawOpen] += 0.25 * surprise;
    }

    private static void Add(double[] target, int left, int right, double amount)
    {
        target[left] += amount;
        target[right] += amount;
    }

    private static BlendshapeFrame MakeFrame(Rng rng, double[] target, double[] state, int offsetMs, bool talks, double light)
    {
        var frame = new BlendshapeFrame { OffsetMs = offsetMs, Quality = (float)Math.Clamp(light + (0.04 * rng.Normal()), 0.05, 1) };
        frame.Coefficients.Capacity = Coefficients;
        var noise = 0.025 + (0.06 * (1 - light));
        var blink = rng.Chance(0.04) ? rng.Between(0.6, 1) : 0;
        var jaw = talks ? Math.Abs(0.15 * rng.Normal()) : 0;
        for (var c = 0; c < Coefficients; c++)
        {
            state[c] = target[c] + (Persistence * (state[c] - target[c])) + (noise * rng.Normal());
            var extra = c switch
            {
                EyeBlinkLeft or EyeBlinkRight => blink,
                EyeLookDownLeft or EyeLookDownRight => 0.1,
                JawOpen => jaw,
                _ => 0,
            };
            frame.Coefficients.Add((float)Math.Clamp(state[c] + extra, 0, 1));
        }

        return frame;
    }
}

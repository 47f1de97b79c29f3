using System.Runtime.CompilerServices;

namespace Personalization.Domain.Scoring;

/// <summary>
/// The emotions of an <see cref="EmotionDistribution"/>: Ekman's six and contempt, which faces and voices show, with
/// interest and confusion, which matter in a shop (after the epistemic group of GoEmotions). Stored order; never reorder.
/// </summary>
public enum Emotion : byte
{
#pragma warning disable CS1591 // the names say it
    Neutral = 0,
    Joy = 1,
    Interest = 2,
    Surprise = 3,
    Confusion = 4,
    Sadness = 5,
    Anger = 6,
    Fear = 7,
    Disgust = 8,
    Contempt = 9,
#pragma warning restore CS1591
}

/// <summary>One weight per <see cref="Emotion"/>, in [0, 1], summing to 1 unless all are 0 ("nothing known").</summary>
[InlineArray(Count)]
public struct EmotionDistribution
{
    /// <summary>How many emotions there are.</summary>
    public const int Count = 10;

    private float _first;

    /// <summary>A distribution with all its weight on one emotion.</summary>
    public static EmotionDistribution Only(Emotion emotion)
    {
        var all = default(EmotionDistribution);
        all[(int)emotion] = 1;
        return all;
    }

    /// <summary>Σ of the weights.</summary>
    public readonly float Sum()
    {
        var sum = 0f;
        for (var e = 0; e < Count; e++)
        {
            sum += this[e];
        }

        return sum;
    }

    /// <summary>Adds another's weights, times a factor.</summary>
    public void Add(in EmotionDistribution other, float times)
    {
        for (var e = 0; e < Count; e++)
        {
            this[e] += times * other[e];
        }
    }

    /// <summary>The weights times a factor.</summary>
    public readonly EmotionDistribution Scaled(float by)
    {
        var scaled = default(EmotionDistribution);
        scaled.Add(in this, by);
        return scaled;
    }
}

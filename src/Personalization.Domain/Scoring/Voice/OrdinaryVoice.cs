using System.Collections.Immutable;
using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring.Voice;

/// <summary>
/// What speech measures on the whole, in layout 1 of <see cref="VoiceFunctionals"/>: the mean of each number over the 535
/// recordings of EmoDB that the voice model was trained on. What is said to be left out of a voice is made ordinary: nothing
/// at all would be no voice.
/// </summary>
internal static class OrdinaryVoice
{
    // In the order of VoiceFunctionals.Names.
    private static readonly float[] _means =
    [
        34.22f, 4.272f, 29.64f, 39.14f, 34f, 9.506f, 0.6603f, 79.95f, 60.45f, -1.098f, -1.316f, 0.787f, 4.863f,
        0.1437f, 0.1152f, 0.7905f, 3.037f, 0.1127f, 8.496f, 4.569f, 2.7f, 14.56f, 0.0331f, 2.452f, 4.12f, 9.264f,
        -6.434f, 15.99f, -5.806f, 8.605f, -18.5f, 4.202f, 2.649f, 281.9f, 252.8f, -1.432f, 5.936f, 5.509f, 0.3231f,
        0.2736f, 0.1417f, 0.05462f, -1.092f, 0.7706f, -2f, -0.1223f, -0.6843f, 1.028f, -1.872f, 0.7071f, 0.3837f, 0.2069f,
        0.1482f, 0.6621f, 12.48f, 8.519f, 2.185f, 23.62f, 21.47f, 9.062f, 10.75f, 33.06f, 19.19f, 29.67f, -19.25f,
        57.17f, -9.321f, 10.17f, -22.04f, 3.695f, -10.97f, 4.515f, -17.22f, -5.398f, -0.8475f, -0.4203f, 0.426f, 9.787f,
        5.075f, 4.34f, -0.3953f, 10.6f, 3.811f, 1.368f, 2.048f, 4.136f, -3.713f, 7.167f, 1.656f, 0.968f, 0.002073f,
        2.39f, -3.132f, 2.928f, -0.103f, 0.6577f, -1.421f, 2.298f, -4.464f, 1.509f, -1.175f, 0.6597f, -1.553f, 1.651f,
        -3.685f, 0.5672f, -1.475f, 0.4945f, -1.313f, 1.732f, -3.598f, 0.8734f, -1.073f, 0.4971f, -0.1766f, 1.488f, -2.061f,
        1.732f, -0.09399f, 0.4125f, -0.97f, 1.403f, -2.759f, 0.8216f, -0.8244f, 0.4103f, -0.1105f, 1.341f, -1.801f, 1.618f,
        -0.05337f, 0.3799f, -0.7259f, 1.347f, -2.409f, 1.03f, -0.6462f, 0.382f, -0.4612f, 1.307f, -2.101f, 1.234f, -0.3816f,
        0.3678f, -0.3084f, 1.239f, -1.886f, 1.274f, -0.2463f, 0.3502f, -0.2048f, 1.157f, -1.654f, 1.299f, -0.1621f, 0.3342f,
    ];

    // Which contours make a group; each is one stretch of the layout.
    private static readonly (string Group, string[] Contours)[] _groups =
    [
        ("pitch", ["pitch"]),
        ("pauses", ["voiced", "speech"]),
        ("voice_quality", ["harmonicity", "jitter", "shimmer", "harmonics"]),
        ("level", ["level"]),
        ("pace", ["syllables", "modulation"]),
        ("spectrum", ["centroid", "rolloff", "flux", "alpha", "hammarberg", "slope", "flatness"]),
        ("timbre", ["mfcc"]),
    ];

    /// <summary>The groups of numbers that describe a voice: name, first number and how many.</summary>
    public static ImmutableArray<(string Name, int Start, int Length)> Groups { get; } = [.. _groups.Select(static group =>
    {
        var (first, count) = (-1, 0);
        for (var i = 0; i < VoiceFunctionals.Count; i++)
        {
            if (Array.Exists(group.Contours, contour => VoiceFunctionals.Names[i].StartsWith(contour, StringComparison.Ordinal)))
            {
                (first, count) = (first < 0 ? i : first, count + 1);
            }
        }

        return (group.Group, first, count);
    })];

    /// <summary>A voice's numbers with some of them made ordinary.</summary>
    public static VoiceVector Without(VoiceVector voice, int start, int length)
    {
        var values = voice.Values.ToBuilder();
        for (var i = start; i < start + length; i++)
        {
            values[i] = (Half)_means[i];
        }

        return new VoiceVector(voice.Layout, values.DrainToImmutable());
    }
}

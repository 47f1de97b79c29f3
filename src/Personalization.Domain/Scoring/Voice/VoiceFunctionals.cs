using System.Collections.Immutable;
using Personalization.Domain.Ingestion;

namespace Personalization.Domain.Scoring.Voice;

/// <summary>The long description of a voice segment that the voice model reads: numbers about how its contours are spread.</summary>
/// <remarks>
/// <para>
/// Each contour is measured every 10 ms, over the frames that a level gate takes for speech, or over the voiced ones among
/// them, and reduced to functionals: mean (<c>mean</c>), standard deviation (<c>std</c>), 10th, 50th and 90th percentile
/// (<c>p10</c>, <c>p50</c>, <c>p90</c>), mean step from frame to frame (<c>step</c>), mean speed of rises and falls
/// (<c>rise</c>, <c>fall</c>) and the slope over the whole segment (<c>trend</c>), per second. The choice is this project's
/// own, after the sets of Schuller et al. 2009 ("The INTERSPEECH 2009 emotion challenge") and GeMAPS (<see cref="VoiceSpectra"/>).
/// </para>
/// <para>
/// Gain does not matter: levels are relative to the segment's own, spectra to their own power. The numbers say how something
/// was said, not what; but timbre and pitch differ between people, so they may tell a few voices apart.
/// </para>
/// </remarks>
public static class VoiceFunctionals
{
    /// <summary>Which numbers in which order; another choice or another way to measure is another layout.</summary>
    public const byte Layout = 1;

    private const float ReferenceHz = 27.5f;
    // Of the mean power in speech: below it lie noise and rounding.
    private const float FloorOfSpeech = 1e-5f;
    private const float SyllableProminenceDb = 3;
    private static readonly float[] _modulationsHz = [2, 4, 8, 16];

    /// <summary>What each number is called: contour and functional.</summary>
    public static ImmutableArray<string> Names { get; } = NamesOf();

    /// <summary>How many numbers there are.</summary>
    public static int Count => Names.Length;

    /// <summary>Describes a segment; all zeros when there is no speech in it.</summary>
    internal static VoiceVector Of(AcousticFrames frames)
    {
        var values = new Half[Count];
        var threshold = SpeechGate.Threshold(frames.Spectra.LevelDb, out _);
        var speech = SpeechGate.Open(frames.Spectra.LevelDb, threshold);
        if (speech.Count > 0)
        {
            Describe(new VoiceSegment(frames, speech), new FunctionalSink(values, null));
        }

        return new VoiceVector(Layout, System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(values));
    }

    private static ImmutableArray<string> NamesOf()
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var frames = AcousticFrames.Analyse(new float[PowerSpectrum.FrameSize]);
        Describe(new VoiceSegment(frames, [0]), new FunctionalSink(null, names));
        return names.ToImmutable();
    }

    private static void Describe(VoiceSegment segment, FunctionalSink sink)
    {
        Pitch(segment, sink);
        Voicing(segment, sink);
        Level(segment, sink);
        Spectrum(segment, sink);
        Cepstrum(segment, sink);
    }

    private static void Pitch(VoiceSegment segment, FunctionalSink sink)
    {
        var pitch = segment.SmoothPitch(ReferenceHz);
        sink.Spread("pitch", pitch);
        sink.Add("pitch", "p50", sink.P50);
        sink.Add("pitch", "range", sink.P90 - sink.P10);
        Motion("pitch", pitch, segment.VoicedRuns, sink);
        sink.Add("pitch", "trend", Contour.Trend(pitch, segment.VoicedTimes));
        var third = pitch.Length / 3;
        sink.Add("pitch", "end", Contour.Moments(pitch.AsSpan(pitch.Length - third)).Mean - Contour.Moments(pitch.AsSpan(0, third)).Mean);
    }

    private static void Voicing(VoiceSegment segment, FunctionalSink sink)
    {
        var seconds = segment.Seconds;
        var (mean, deviation) = Contour.Moments(segment.RunLengths(segment.VoicedRuns));
        sink.Add("voiced", "ratio", segment.Voiced.Count / (float)segment.Speech.Count);
        sink.Add("voiced", "runs", segment.VoicedRuns.Count / seconds);
        sink.Add("voiced", "run_mean", mean);
        sink.Add("voiced", "run_std", deviation);
        sink.Add("speech", "ratio", segment.Speech.Count / (float)segment.Count);
        sink.Add("speech", "runs", segment.SpeechRuns.Count / seconds);
        sink.Add("speech", "pause_mean", (segment.Count - segment.Speech.Count) * AcousticFrames.HopSeconds / Math.Max(1, segment.SpeechRuns.Count - 1));
        sink.Spread("harmonicity", segment.OverVoiced(segment.Harmonicity()));
        sink.Mean("jitter", segment.Jitter());
        sink.Mean("shimmer", segment.Shimmer());
        sink.Spread("harmonics", segment.OverVoiced(segment.Spectra.HarmonicsDb));
    }

    private static void Level(VoiceSegment segment, FunctionalSink sink)
    {
        var level = segment.RelativeLevel();
        var speech = segment.OverSpeech(level);
        sink.Spread("level", speech);
        Motion("level", speech, segment.SpeechRuns, sink);
        sink.Add("level", "trend", Contour.Trend(speech, segment.SpeechTimes));
        var peaks = segment.Syllables(level, SyllableProminenceDb);
        sink.Add("syllables", "rate", peaks.Count / (segment.Speech.Count * AcousticFrames.HopSeconds));
        sink.Add("syllables", "std", Contour.Moments(peaks.ToArray()).Deviation);
        foreach (var hertz in _modulationsHz)
        {
            sink.Add("modulation", $"{hertz}", segment.Modulation(level, hertz));
        }
    }

    private static void Spectrum(VoiceSegment segment, FunctionalSink sink)
    {
        var spectra = segment.Spectra;
        (string Name, float[] Values)[] contours =
        [
            ("centroid", spectra.CentroidOctaves), ("rolloff", spectra.RolloffOctaves), ("flux", spectra.Flux), ("alpha", spectra.AlphaDb),
            ("hammarberg", spectra.HammarbergDb), ("slope_low", spectra.SlopeLow), ("slope_middle", spectra.SlopeMiddle), ("flatness", spectra.Flatness),
        ];
        foreach (var (name, values) in contours)
        {
            sink.Spread(name, segment.OverVoiced(values));
        }

        foreach (var (name, values) in contours.AsSpan(0, 4))
        {
            sink.Mean($"{name}_all", segment.OverSpeech(values));
        }
    }

    private static void Cepstrum(VoiceSegment segment, FunctionalSink sink)
    {
        var bands = segment.LogBands(FloorOfSpeech);
        for (var c = 1; c <= MelBands.Coefficients; c++)
        {
            var values = segment.Coefficient(bands, c);
            sink.Spread($"mfcc{c}", segment.OverVoiced(values));
            sink.Mean($"mfcc{c}_all", segment.OverSpeech(values));
            sink.Add($"mfcc{c}", "delta", Contour.Moments(segment.OverSpeech(VoiceSegment.Deltas(values))).Deviation);
        }
    }

    // How fast a contour goes up and down within its runs, per second.
    private static void Motion(string name, float[] values, List<(int First, int Count)> runs, FunctionalSink sink)
    {
        double rise = 0, fall = 0;
        int rises = 0, falls = 0;
        foreach (var (first, count) in runs)
        {
            for (var i = first + 1; i < first + count; i++)
            {
                var change = values[i] - values[i - 1];
                (rise, rises) = change > 0 ? (rise + change, rises + 1) : (rise, rises);
                (fall, falls) = change < 0 ? (fall - change, falls + 1) : (fall, falls);
            }
        }

        sink.Add(name, "step", (float)((rise + fall) / Math.Max(1, rises + falls)));
        sink.Add(name, "rise", (float)(rise / Math.Max(1, rises) / AcousticFrames.HopSeconds));
        sink.Add(name, "fall", (float)(fall / Math.Max(1, falls) / AcousticFrames.HopSeconds));
    }
}

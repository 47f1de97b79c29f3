using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring.Voice;

namespace Personalization.Domain.Scoring;

/// <summary>
/// Reduces a voice segment to numbers about how it sounds, at the door, so that no recording of a voice is ever part of an
/// event: a handful that rules read, and the <see cref="VoiceFunctionals"/> that the voice model reads.
/// </summary>
public static class AcousticFeatureExtractor
{
    /// <summary>The lowest sample rate taken, in Hz.</summary>
    public const int MinSampleRateHz = 8_000;

    /// <summary>The highest sample rate taken, in Hz.</summary>
    public const int MaxSampleRateHz = 48_000;

    /// <summary>The longest segment taken, in seconds.</summary>
    public const int MaxSeconds = 60;

    /// <summary>The shortest segment taken, in milliseconds: one pitch window and a few steps.</summary>
    public const int MinMilliseconds = 100;

    private const float CleanSnrDb = 40;
    private const float SyllableProminenceDb = 3;

    /// <summary>The features of a segment of little-endian 16-bit samples, one channel.</summary>
    /// <param name="pcm16">The bytes; an even number of them.</param>
    /// <param name="sampleRateHz">Samples per second, 8,000 to 48,000.</param>
    /// <returns>Length and features.</returns>
    /// <exception cref="ArgumentException">The bytes are no whole samples, or the segment is shorter than 100 ms or longer than 60 s.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sample rate is out of range.</exception>
    public static VoicePayload Extract(ReadOnlySpan<byte> pcm16, int sampleRateHz)
    {
        if (pcm16.Length % sizeof(short) != 0)
        {
            throw new ArgumentException($"{pcm16.Length} bytes are no whole number of 16-bit samples.", nameof(pcm16));
        }

        if (BitConverter.IsLittleEndian)
        {
            return Extract(MemoryMarshal.Cast<byte, short>(pcm16), sampleRateHz);
        }

        var samples = new short[pcm16.Length / sizeof(short)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = System.Buffers.Binary.BinaryPrimitives.ReadInt16LittleEndian(pcm16[(2 * i)..]);
        }

        return Extract(samples, sampleRateHz);
    }

    /// <summary>The features of a segment of 16-bit samples, one channel.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="sampleRateHz">Samples per second, 8,000 to 48,000.</param>
    /// <returns>Length and features.</returns>
    /// <exception cref="ArgumentException">The segment is shorter than 100 ms or longer than 60 s.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sample rate is out of range.</exception>
    public static VoicePayload Extract(ReadOnlySpan<short> samples, int sampleRateHz)
    {
        if (sampleRateHz is < MinSampleRateHz or > MaxSampleRateHz)
        {
            throw new ArgumentOutOfRangeException(
                nameof(sampleRateHz), sampleRateHz, $"The sample rate must be {MinSampleRateHz} to {MaxSampleRateHz} Hz.");
        }

        var milliseconds = samples.Length * 1000L / sampleRateHz;
        if (milliseconds is < MinMilliseconds or > MaxSeconds * 1000)
        {
            throw new ArgumentException(
                $"The segment lasts {milliseconds} ms; it must last {MinMilliseconds} ms to {MaxSeconds} s.", nameof(samples));
        }

        // A voice does not stay behind in pooled memory.
        var signal = ArrayPool<float>.Shared.Rent(Resampler.CountOf(samples.Length, sampleRateHz));
        try
        {
            var used = signal.AsSpan(0, Resampler.CountOf(samples.Length, sampleRateHz));
            Resampler.Resample(samples, sampleRateHz, used);
            var frames = AcousticFrames.Analyse(used);
            return new VoicePayload((int)milliseconds, Summarise(frames)) { Functionals = VoiceFunctionals.Of(frames) };
        }
        finally
        {
            ArrayPool<float>.Shared.Return(signal, clearArray: true);
        }
    }

    private static ImmutableArray<float> Summarise(AcousticFrames frames)
    {
        var features = new float[(int)AcousticFeature.SnrDb + 1];
        var threshold = SpeechGate.Threshold(frames.LevelDb, out var background);
        var speech = SpeechGate.Open(frames.LevelDb, threshold);
        if (speech.Count > 0)
        {
            Level(frames, speech, background, features);
            Pitch(frames, speech, features);
            Spectrum(frames, speech, features);
            features[(int)AcousticFeature.SpeechRatio] = speech.Count / (float)frames.Count;
            features[(int)AcousticFeature.SyllableRate] = SyllableRate(frames, threshold, speech.Count);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(features);
    }

    private static void Level(AcousticFrames frames, List<int> speech, float background, float[] features)
    {
        var (mean, deviation) = Moments(speech, i => frames.LevelDb[i]);
        features[(int)AcousticFeature.EnergyMeanDb] = mean;
        features[(int)AcousticFeature.EnergyStdDb] = deviation;
        // Nothing but speech: the background is unknown, and below all that was heard.
        features[(int)AcousticFeature.SnrDb] = speech.Count > frames.Count * 9 / 10
            ? CleanSnrDb
            : Math.Clamp(mean - Math.Max(background, -90), 0, 60);
    }

    private static void Pitch(AcousticFrames frames, List<int> speech, float[] features)
    {
        var voiced = speech.FindAll(i => frames.Voicing[i] >= AcousticFrames.VoicedCorrelation);
        features[(int)AcousticFeature.VoicedRatio] = voiced.Count / (float)speech.Count;
        if (voiced.Count == 0)
        {
            return;
        }

        features[(int)AcousticFeature.PitchMeanHz] = Moments(voiced, i => frames.PitchHz[i]).Mean;
        features[(int)AcousticFeature.PitchStdSemitones] = Moments(voiced, i => 12 * MathF.Log2(frames.PitchHz[i])).Deviation;
    }

    private static void Spectrum(AcousticFrames frames, List<int> speech, float[] features)
    {
        features[(int)AcousticFeature.SpectralCentroidHz] = Moments(speech, i => frames.CentroidHz[i]).Mean;
        features[(int)AcousticFeature.ZeroCrossingRate] = Moments(speech, i => frames.ZeroCrossings[i]).Mean;
    }

    // Syllables are humps of the level, smoothed over 50 ms: a hump counts when the level fell by 3 dB before and after it.
    private static float SyllableRate(AcousticFrames frames, float threshold, int speechFrames)
    {
        var peaks = 0;
        // Before the segment there was silence, as far as is known.
        float valley = SpeechGate.SilenceDb, peak = float.MinValue;
        for (var i = 0; i < frames.Count; i++)
        {
            var level = frames.SmoothedLevelDb(i);
            if (level > peak && level >= threshold && level - valley >= SyllableProminenceDb)
            {
                peak = level;
            }

            if (peak > float.MinValue && peak - level >= SyllableProminenceDb)
            {
                peaks++;
                (valley, peak) = (level, float.MinValue);
            }

            valley = Math.Min(valley, level);
        }

        // A last hump that the segment ends on.
        peaks += peak > float.MinValue ? 1 : 0;
        return peaks / (speechFrames * AcousticFrames.HopSeconds);
    }

    private static (float Mean, float Deviation) Moments(List<int> frames, Func<int, float> value)
    {
        double sum = 0, squares = 0;
        foreach (var i in frames)
        {
            double v = value(i);
            sum += v;
            squares += v * v;
        }

        var mean = sum / frames.Count;
        return ((float)mean, (float)Math.Sqrt(Math.Max(0, squares / frames.Count - mean * mean)));
    }
}

using Personalization.Api.Validation;

namespace Personalization.Api.Ingestion;

/// <summary>What the contract asks of a voice segment.</summary>
internal static class VoiceRules
{
    private const double MinSeconds = 0.1;
    private const double MaxSeconds = 30;

    /// <summary>Checks a segment.</summary>
    public static void Check(Wire.VoiceSegment value, FieldViolations violations)
    {
        using var _ = violations.In("voice_segment");
        switch (value.SoundCase)
        {
            case Wire.VoiceSegment.SoundOneofCase.Pcm:
                Check(value.Pcm, violations);
                break;
            case Wire.VoiceSegment.SoundOneofCase.Features:
                Check(value.Features, violations);
                break;
            default:
                violations.Add("sound", "is not set; allowed: pcm or features");
                break;
        }
    }

    private static void Check(Wire.Pcm16 value, FieldViolations violations)
    {
        using var _ = violations.In("pcm");
        if (value.Samples.Length % sizeof(short) != 0)
        {
            violations.Add("samples", $"has {value.Samples.Length:N0} bytes; allowed: an even number");
        }

        if (!violations.Range("sample_rate_hz", value.SampleRateHz, 8_000, 48_000))
        {
            return;
        }

        var seconds = value.Samples.Length / (double)sizeof(short) / value.SampleRateHz;
        if (seconds is < MinSeconds or > MaxSeconds)
        {
            violations.Add("samples", $"lasts {seconds:0.###} s; allowed: {MinSeconds} to {MaxSeconds} s");
        }
    }

    private static void Check(Wire.AcousticFeatures value, FieldViolations violations)
    {
        using var _ = violations.In("features");
        violations.Range("duration_ms", value.DurationMs, 100, 30_000);
        violations.Range("pitch_mean_hz", value.PitchMeanHz, 0.0, 1_000);
        violations.Range("pitch_std_semitones", value.PitchStdSemitones, 0.0, 48);
        violations.Range("energy_mean_db", value.EnergyMeanDb, -120.0, 0);
        violations.Range("energy_std_db", value.EnergyStdDb, 0.0, 60);
        violations.Range("speech_ratio", value.SpeechRatio, 0.0, 1);
        violations.Range("voiced_ratio", value.VoicedRatio, 0.0, 1);
        violations.Range("spectral_centroid_hz", value.SpectralCentroidHz, 0.0, 24_000);
        violations.Range("syllable_rate", value.SyllableRate, 0.0, 20);
        violations.Range("zero_crossing_rate", value.ZeroCrossingRate, 0.0, 1);
        violations.Range("snr_db", value.SnrDb, -20.0, 120);
    }
}

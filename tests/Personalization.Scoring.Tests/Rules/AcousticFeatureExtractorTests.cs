using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Scoring.Tests.Rules;

public sealed class AcousticFeatureExtractorTests
{
    [Theory]
    [InlineData(8_000, 100)]
    [InlineData(16_000, 100)]
    [InlineData(16_000, 220)]
    [InlineData(22_050, 180)]
    [InlineData(44_100, 330)]
    [InlineData(48_000, 90)]
    public void Extract_Tone_FindsItsPitch(int rate, double hertz)
    {
        var voice = AcousticFeatureExtractor.Extract(Tone(rate, 1, hertz), rate);

        Assert.Equal(1000, voice.DurationMs);
        Assert.InRange(Of(voice, AcousticFeature.PitchMeanHz), hertz * 0.98, hertz * 1.02);
        Assert.InRange(Of(voice, AcousticFeature.PitchStdSemitones), 0, 0.3);
        Assert.InRange(Of(voice, AcousticFeature.VoicedRatio), 0.9, 1);
        Assert.InRange(Of(voice, AcousticFeature.SpeechRatio), 0.95, 1);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(2000)]
    public void Extract_Tone_FindsItsCentroidAndCrossings(double hertz)
    {
        var voice = AcousticFeatureExtractor.Extract(Tone(16_000, 1, hertz), 16_000);

        Assert.InRange(Of(voice, AcousticFeature.SpectralCentroidHz), hertz * 0.9, hertz * 1.1);
        Assert.InRange(Of(voice, AcousticFeature.ZeroCrossingRate), 2 * hertz / 16_000 * 0.95, 2 * hertz / 16_000 * 1.05);
    }

    [Fact]
    public void Extract_FullScaleSine_IsThreeDecibelsBelowFullScale()
    {
        var voice = AcousticFeatureExtractor.Extract(Tone(16_000, 1, 200, level: 1), 16_000);

        Assert.InRange(Of(voice, AcousticFeature.EnergyMeanDb), -3.2, -2.9);
    }

    [Fact]
    public void Extract_HarmonicVoice_FindsTheFundamentalNotAnOvertone()
    {
        var samples = Sum(Tone(16_000, 1, 120, 0.2), Tone(16_000, 1, 240, 0.3), Tone(16_000, 1, 360, 0.2));

        Assert.InRange(Of(AcousticFeatureExtractor.Extract(samples, 16_000), AcousticFeature.PitchMeanHz), 117, 123);
    }

    [Fact]
    public void Extract_FourBursts_CountsFourSyllablesAndHalfSpeech()
    {
        var samples = Tone(16_000, 2, 150);
        for (var i = 0; i < samples.Length; i++)
        {
            // A quarter second on, a quarter second off.
            samples[i] = (short)(i / 4000 % 2 == 0 ? samples[i] : samples[i] / 1000);
        }

        var voice = AcousticFeatureExtractor.Extract(samples, 16_000);

        Assert.InRange(Of(voice, AcousticFeature.SpeechRatio), 0.45, 0.65);
        Assert.InRange(Of(voice, AcousticFeature.SyllableRate) * 2 * Of(voice, AcousticFeature.SpeechRatio), 3.5, 4.5);
        Assert.InRange(Of(voice, AcousticFeature.SnrDb), 30, 60);
    }

    [Fact]
    public void Extract_Noise_IsNotVoiced()
    {
        var random = new Random(7);
        var samples = Enumerable.Range(0, 16_000).Select(_ => (short)random.Next(-8000, 8000)).ToArray();

        Assert.InRange(Of(AcousticFeatureExtractor.Extract(samples, 16_000), AcousticFeature.VoicedRatio), 0, 0.2);
    }

    [Fact]
    public void Extract_Silence_HasNoSpeechAndIsUnreadable()
    {
        var voice = AcousticFeatureExtractor.Extract(new short[16_000], 16_000);

        Assert.All(voice.Features, feature => Assert.True(float.IsFinite(feature)));
        Assert.Equal(0, Of(voice, AcousticFeature.SpeechRatio));
        Assert.True(ProsodyRules.Read(voice).Flags.HasFlag(ObservationFlags.Unreadable));
    }

    [Fact]
    public void Extract_BytesAndSamples_AreTheSame()
    {
        var samples = Tone(16_000, 0.5, 140);
        var bytes = samples.SelectMany(s => new[] { (byte)s, (byte)(s >> 8) }).ToArray();

        Assert.Equal(AcousticFeatureExtractor.Extract(samples, 16_000).Features.AsEnumerable(), AcousticFeatureExtractor.Extract(bytes, 16_000).Features);
    }

    [Fact]
    public void Extract_OutOfRange_NamesWhatAndTheRange()
    {
        Assert.Contains("8000", Assert.Throws<ArgumentOutOfRangeException>(() => AcousticFeatureExtractor.Extract(new short[8000], 7_999)).Message, StringComparison.Ordinal);
        Assert.Contains("48000", Assert.Throws<ArgumentOutOfRangeException>(() => AcousticFeatureExtractor.Extract(new short[8000], 96_000)).Message, StringComparison.Ordinal);
        Assert.Contains("100 ms", Assert.Throws<ArgumentException>(() => AcousticFeatureExtractor.Extract(new short[700], 8_000)).Message, StringComparison.Ordinal);
        Assert.Contains("60 s", Assert.Throws<ArgumentException>(() => AcousticFeatureExtractor.Extract(new short[8_000 * 61], 8_000)).Message, StringComparison.Ordinal);
        Assert.Contains("16-bit", Assert.Throws<ArgumentException>(() => AcousticFeatureExtractor.Extract(new byte[16_001], 8_000)).Message, StringComparison.Ordinal);
    }

    private static float Of(VoicePayload voice, AcousticFeature feature) => voice.Features[(int)feature];

    private static short[] Tone(int rate, double seconds, double hertz, double level = 0.5) =>
        [.. Enumerable.Range(0, (int)(rate * seconds)).Select(i => (short)(level * 32767 * Math.Sin(2 * Math.PI * hertz * i / rate)))];

    private static short[] Sum(params short[][] tones) =>
        [.. Enumerable.Range(0, tones[0].Length).Select(i => (short)tones.Sum(t => t[i]))];
}

using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Domain.Scoring.Voice;
using Personalization.LoadTest.Feelings;

namespace Personalization.Scoring.Tests.Voice;

public sealed class VoiceFunctionalsTests
{
    private const int Rate = 16_000;

    private static readonly Dictionary<string, Func<short[]>> s_poison = new()
    {
        ["silence"] = static () => new short[Rate],
        ["one sample"] = static () => [.. new short[Rate], short.MaxValue],
        ["constant"] = static () => [.. Enumerable.Repeat(short.MaxValue, Rate)],
        ["clipped"] = static () => new MadeUpVoice { Level = 30 }.At(Rate),
        ["loudest noise"] = static () => Noise(short.MaxValue),
        ["faintest noise"] = static () => Noise(1),
        ["shortest"] = static () => new MadeUpVoice { Seconds = 0.1 }.At(Rate),
        ["shortest silence"] = static () => new short[Rate / 10],
        ["longest"] = static () => Repeated(new MadeUpVoice().At(Rate), 30),
        ["alternating"] = static () => [.. Enumerable.Range(0, Rate).Select(static i => i % 2 == 0 ? short.MinValue : short.MaxValue)],
    };

    [Fact]
    public void Names_AreDifferentAndAsManyAsTheNumbers()
    {
        Assert.Equal(VoiceFunctionals.Count, VoiceFunctionals.Names.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(VoiceFunctionals.Count, Of(new MadeUpVoice().At(Rate), Rate).Functionals.Values.Length);
        Assert.InRange(VoiceFunctionals.Count, 100, 200);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(180)]
    [InlineData(350)]
    public void Extract_VoiceOfKnownPitch_FindsItInSemitones(double hertz)
    {
        var voice = Of(new MadeUpVoice { PitchHz = hertz, MelodySemitones = 0 }.At(Rate), Rate);

        Assert.Equal(12 * Math.Log2(hertz / 27.5), Value(voice, "pitch.mean"), 0.2);
        Assert.InRange(Value(voice, "pitch.std"), 0, 0.5);
    }

    [Fact]
    public void Extract_LivelierMelody_HasMoreRangeAndFasterMotion()
    {
        var (calm, lively) = (Of(new MadeUpVoice { MelodySemitones = 1 }.At(Rate), Rate), Of(new MadeUpVoice { MelodySemitones = 6 }.At(Rate), Rate));

        Assert.InRange(Value(calm, "pitch.range"), 1, 3);
        Assert.InRange(Value(lively, "pitch.range"), 8, 12);
        Assert.True(Value(lively, "pitch.rise") > 3 * Value(calm, "pitch.rise"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Extract_Syllables_AreCounted(double perSecond)
    {
        var voice = Of(new MadeUpVoice { SyllablesPerSecond = perSecond, Hiss = 0 }.At(Rate), Rate);

        Assert.Equal(perSecond, Value(voice, "syllables.rate") * Value(voice, "speech.ratio"), 0.6);
    }

    [Fact]
    public void Extract_PressedVoice_IsBrighter()
    {
        var (soft, pressed) = (Of(new MadeUpVoice { FallDb = 12, Breath = 0 }.At(Rate), Rate), Of(new MadeUpVoice { FallDb = 4, Breath = 0 }.At(Rate), Rate));

        Assert.True(Value(pressed, "centroid.mean") > Value(soft, "centroid.mean") + 0.3);
        Assert.True(Value(pressed, "alpha.mean") < Value(soft, "alpha.mean") - 3);
        Assert.True(Value(pressed, "hammarberg.mean") < Value(soft, "hammarberg.mean") - 3);
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(11_025)]
    [InlineData(22_050)]
    [InlineData(44_100)]
    [InlineData(48_000)]
    public void Extract_SameSoundAtAnotherRate_MeasuresTheSame(int rate)
    {
        var (expected, actual) = (Of(new MadeUpVoice().At(Rate), Rate), Of(new MadeUpVoice().At(rate), rate));

        AssertClose(expected, actual);
    }

    [Theory]
    [InlineData(0.15)]
    [InlineData(0.5)]
    public void Extract_SameSoundAtAnotherLevel_MeasuresTheSame(double level)
    {
        AssertClose(Of(new MadeUpVoice().At(Rate), Rate), Of(new MadeUpVoice { Level = level }.At(Rate), Rate));
    }

    [Fact]
    public void Extract_Twice_GivesTheSameBits()
    {
        var samples = new MadeUpVoice().At(44_100);

        Assert.Equal(Of(samples, 44_100).Functionals.Values.AsEnumerable(), Of(samples, 44_100).Functionals.Values);
    }

    [Fact]
    public void Extract_ConstantOffset_ChangesNothingMuch()
    {
        var samples = new MadeUpVoice().At(Rate);

        AssertClose(Of(samples, Rate), Of([.. samples.Select(static s => (short)Math.Clamp(s + 3000, short.MinValue, short.MaxValue))], Rate));
    }

    public static TheoryData<string> PoisonNames() => [.. s_poison.Keys];

    [Theory]
    [MemberData(nameof(PoisonNames))]
    public void Extract_Poison_GivesFiniteNumbers(string name)
    {
        var voice = Of(s_poison[name](), Rate);

        Assert.All(voice.Features, static value => Assert.True(float.IsFinite(value)));
        Assert.Equal(VoiceFunctionals.Count, voice.Functionals.Values.Length);
        Assert.All(voice.Functionals.Values, static value => Assert.True(Half.IsFinite(value)));
    }

    [Fact]
    public void Extract_Silence_IsAllZeros() =>
        Assert.All(Of(new short[Rate], Rate).Functionals.Values, static value => Assert.Equal((Half)0, value));

    [Theory]
    [InlineData(8_000)]
    [InlineData(48_000)]
    public void Extract_LongSegment_AllocatesLessThanTheSoundItself(int rate)
    {
        var samples = Repeated(new MadeUpVoice().At(rate), 10);
        Of(samples, rate);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Of(samples, rate);

        // 20 s at 16 kHz as floats are 1.3 MB, which are pooled; what 2,000 frames measure takes about twice that.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 4_000_000);
    }

    private static short[] Noise(short loudest)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Rate).Select(_ => random.Next(2) == 0 ? (short)-loudest : loudest)];
    }

    private static short[] Repeated(short[] samples, int times) => [.. Enumerable.Repeat(samples, times).SelectMany(static each => each)];

    // What is measured in dB, semitones or nepers may move by a part of a unit, shares by less, all else by a part of itself.
    private static void AssertClose(VoicePayload expected, VoicePayload actual)
    {
        foreach (var name in VoiceFunctionals.Names)
        {
            var (e, a) = (Value(expected, name), Value(actual, name));
            var isShare = name.Split('.')[0] is "voiced" or "speech" or "flux" or "flux_all" or "jitter" or "modulation" or "centroid" or "rolloff";
            Assert.True(Math.Abs(e - a) <= (isShare ? 0.1 : 0.6) + 0.15 * Math.Abs(e), $"{name}: {e} and {a}");
        }
    }

    private static VoicePayload Of(short[] samples, int rate) => AcousticFeatureExtractor.Extract(samples, rate);

    private static double Value(VoicePayload voice, string name) => (double)voice.Functionals.Values[VoiceFunctionals.Names.IndexOf(name)];
}

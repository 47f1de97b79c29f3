using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Personalization.Api.Ingestion;
using Personalization.Api.Tests.Fakes;
using Personalization.Api.Validation;
using Personalization.Domain.Ingestion;

namespace Personalization.Api.Tests.Ingestion;

/// <summary>Every field of an event, one value too far each.</summary>
public sealed class EventRulesTests
{
    public static TheoryData<string, string, Func<Wire.Event>> Spoiled => new()
    {
        { "event_id", "is empty; allowed: 1 to 128 characters", () => View(static e => e.EventId = "") },
        { "event_id", "has 129 characters; allowed: 1 to 128", () => View(static e => e.EventId = new string('x', 129)) },
        { "occurred_at", "no moment", () => View(static e => e.OccurredAt = new Timestamp { Nanos = -1 }) },
        { "occurred_at", "no moment", () => View(static e => e.OccurredAt = new Timestamp { Seconds = long.MaxValue }) },
        { "shopper", "is missing", () => View(static e => e.Shopper = null) },
        { "shopper", "has no id", () => View(static e => e.Shopper = new Wire.Shopper()) },
        { "shopper.user_id", "is empty", () => View(static e => e.Shopper = new Wire.Shopper { UserId = "" }) },
        { "shopper.anonymous_id", "has 129", () => View(static e => e.Shopper = new Wire.Shopper { AnonymousId = new string('x', 129) }) },
        { "shopper.session_id", "allowed: 0 to 128", () => View(static e => e.Shopper.SessionId = new string('x', 129)) },
        { "touchpoint", "is 11, which is not defined", () => View(static e => e.Touchpoint = (Wire.Touchpoint)11) },
        { "touchpoint", "is -1, which is not defined", () => View(static e => e.Touchpoint = (Wire.Touchpoint)(-1)) },
        { "channel", "is 13, which is not defined", () => View(static e => e.Channel = (Wire.Channel)13) },
        { "product_id", "has 129 characters; allowed: 0 to 128", () => View(static e => e.ProductId = new string('x', 129)) },
        { "context", "has 33 elements; allowed: 0 to 32", () => View(static e => AddContext(e, 31)) },
        { "context[\"\"]", "keys of 1 to 64", () => View(static e => e.Context[""] = new Wire.ContextValue { Truth = true }) },
        { "context[\"k\"]", "has no value", () => View(static e => e.Context["k"] = new Wire.ContextValue()) },
        { "context[\"k\"].text", "has 257", () => View(static e => e.Context["k"] = new Wire.ContextValue { Text = new string('x', 257) }) },
        { "context[\"k\"].number", "finite", () => View(static e => e.Context["k"] = new Wire.ContextValue { Number = double.NaN }) },
        { "payload", "is not set", () => View(static e => e.ClearPayload()) },
        { "behaviour.action", "is not set; allowed: View to Dismiss (1 to 13)", () => View(static e => e.Behaviour.Action = 0) },
        { "behaviour.action", "is 14, which is not defined", () => View(static e => e.Behaviour.Action = (Wire.BehaviourAction)14) },
        { "behaviour.dwell_ms", "is -1; allowed: 0 to 86,400,000", () => View(static e => e.Behaviour.DwellMs = -1) },
        { "behaviour.dwell_ms", "is 86400001", () => View(static e => e.Behaviour.DwellMs = 86_400_001) },
        { "behaviour.depth", "is NaN; allowed: 0 to 1", () => View(static e => e.Behaviour.Depth = float.NaN) },
        { "behaviour.count", "is 0; allowed: 1 to 10,000", () => View(static e => e.Behaviour.Count = 0) },
        { "behaviour.term", "has 257", () => View(static e => e.Behaviour.Term = new string('x', 257)) },
        { "behaviour.revenue", "allowed: only for Purchase and Return", () => View(static e => e.Behaviour.Revenue = Money(1)) },
        { "behaviour.revenue", "is negative", () => Purchase(static b => b.Revenue = Money(-1)) },
        { "behaviour.revenue.currency_code", "ISO 4217", () => Purchase(static b => { b.Revenue.CurrencyCode = "eur"; b.Margin = null; }) },
        { "behaviour.revenue.nanos", "the same sign as units", () => Purchase(static b => b.Revenue.Nanos = -1) },
        { "behaviour.revenue.nanos", "is 1000000000", () => Purchase(static b => b.Revenue.Nanos = 1_000_000_000) },
        { "behaviour.revenue.units", "allowed: -1,000,000,000,000", () => Purchase(static b => b.Revenue.Units = long.MaxValue) },
        { "behaviour.margin", "is in USD; allowed: the currency of revenue, EUR", () => Purchase(static b => b.Margin.CurrencyCode = "USD") },
        { "behaviour.margin", "is set without revenue", () => Purchase(static b => b.Revenue = null) },
        { "text_feedback.text", "is empty; allowed: 1 to 20,000", () => Text(static t => t.Text = "") },
        { "text_feedback.text", "has 20,001", () => Text(static t => t.Text = new string('x', 20_001)) },
        { "text_feedback.title", "has 501", () => Text(static t => t.Title = new string('x', 501)) },
        { "text_feedback.language", "BCP 47", () => Text(static t => t.Language = "en GB") },
        { "survey_answer.survey_id", "is empty", () => Survey(static s => s.SurveyId = "") },
        { "survey_answer.question_id", "is empty", () => Survey(static s => s.QuestionId = "") },
        { "survey_answer.metric", "is 4, which is not defined", () => Survey(static s => s.Metric = (Wire.SurveyMetric)4) },
        { "survey_answer.score", "is 10.5; allowed: 0 to 10", () => Survey(static s => s.Score = 10.5) },
        { "survey_answer.score", "is 0; allowed: 1 to 5", () => Survey(static s => { s.Metric = Wire.SurveyMetric.Csat; s.Score = 0; }) },
        { "survey_answer.score", "a score, a text, or both", () => Survey(static s => { s.ClearScore(); s.Text = ""; }) },
        { "survey_answer.scale_max", "both ends or neither", () => Survey(static s => s.ScaleMin = 0) },
        { "survey_answer.scale_max", "greater than scale_min", () => Survey(static s => s.ScaleMin = s.ScaleMax = 3) },
        { "survey_answer.scale_min", "no scale of its own", () => Survey(static s => s.Metric = Wire.SurveyMetric.Unspecified) },
        { "ar_frames.frames", "has 0 elements; allowed: 1 to 600", () => Frames(static f => f.Clear()) },
        { "ar_frames.frames", "has 601 elements", () => Events.Frames(frames: 601) },
        { "ar_frames.frames[1].offset_ms", "is 0 after 500", () => Frames(static f => { f[0].OffsetMs = 500; f[1].OffsetMs = 0; f[2].OffsetMs = 501; }) },
        { "ar_frames.frames[2].offset_ms", "is 60001; allowed: 0 to 60,000", () => Frames(static f => f[2].OffsetMs = 60_001) },
        { "ar_frames.frames[0].quality", "is 1.5", () => Frames(static f => f[0].Quality = 1.5f) },
        { "ar_frames.frames[0].blendshapes[\"smile\"]", "not among the 52", () => Frames(static f => f[0].Blendshapes["smile"] = 1) },
        { "ar_frames.frames[0].blendshapes[\"jawOpen\"]", "is -0.1", () => Frames(static f => f[0].Blendshapes["jawOpen"] = -0.1f) },
        { "ar_frames.frames[0].blendshapes", "one of them", () => Frames(static f => f[0].Blendshapes.Clear()) },
        { "ar_frames.frames[0].blendshapes[\"smile\"]", "not among the 52", () => Frames(static f => { f[0].FaceCrop = Events.Crop(48, 0); f[0].Blendshapes["smile"] = 1; }) },
        { "ar_frames.frames[0].coefficients", "together with blendshapes", () => Frames(static f => f[0].Coefficients.Add(new float[52])) },
        { "ar_frames.frames[0].coefficients", "has 51", () => Frames(static f => Replace(f[0], new float[51])) },
        { "ar_frames.frames[0].coefficients[7]", "is 2; allowed: 0 to 1", () => Frames(static f => Replace(f[0], [.. new float[7], 2, .. new float[44]])) },
        { "ar_frames.frames[0].face_crop", "a square of 48 to 112", () => Frames(static f => f[0].FaceCrop = ByteString.CopyFrom(new byte[47 * 47])) },
        { "ar_frames.frames[0].face_crop", "a square of 48 to 112", () => Frames(static f => f[0].FaceCrop = ByteString.CopyFrom(new byte[64 * 65])) },
        { "voice_segment.sound", "is not set", () => Voice(static v => v.ClearSound()) },
        { "voice_segment.pcm.sample_rate_hz", "is 7999; allowed: 8,000 to 48,000", () => Sound(static p => p.SampleRateHz = 7999) },
        { "voice_segment.pcm.samples", "an even number", () => Sound(static p => p.Samples = ByteString.CopyFrom(new byte[32_001])) },
        { "voice_segment.pcm.samples", "lasts 0.05 s; allowed: 0.1 to 30 s", () => Events.Sound(seconds: 0.05) },
        { "voice_segment.pcm.samples", "lasts 30.1 s", () => Events.Sound(seconds: 30.1) },
        { "voice_segment.features.duration_ms", "is 99", () => Acoustic(static a => a.DurationMs = 99) },
        { "voice_segment.features.pitch_mean_hz", "is 1001", () => Acoustic(static a => a.PitchMeanHz = 1001) },
        { "voice_segment.features.pitch_std_semitones", "is 49", () => Acoustic(static a => a.PitchStdSemitones = 49) },
        { "voice_segment.features.energy_mean_db", "is 1; allowed: -120 to 0", () => Acoustic(static a => a.EnergyMeanDb = 1) },
        { "voice_segment.features.energy_std_db", "is 61", () => Acoustic(static a => a.EnergyStdDb = 61) },
        { "voice_segment.features.speech_ratio", "is 2", () => Acoustic(static a => a.SpeechRatio = 2) },
        { "voice_segment.features.voiced_ratio", "is -1", () => Acoustic(static a => a.VoicedRatio = -1) },
        { "voice_segment.features.spectral_centroid_hz", "is 24001", () => Acoustic(static a => a.SpectralCentroidHz = 24_001) },
        { "voice_segment.features.syllable_rate", "is 21", () => Acoustic(static a => a.SyllableRate = 21) },
        { "voice_segment.features.zero_crossing_rate", "is 1.1", () => Acoustic(static a => a.ZeroCrossingRate = 1.1f) },
        { "voice_segment.features.snr_db", "is -21; allowed: -20 to 120", () => Acoustic(static a => a.SnrDb = -21) },
    };

    [Theory]
    [MemberData(nameof(Spoiled))]
    public void Check_ValueOutOfRange_NamesTheFieldItsProblemAndWhatIsAllowed(string field, string problem, Func<Wire.Event> spoiled)
    {
        var violations = new FieldViolations();

        EventRules.Check(spoiled(), violations);

        var violation = Assert.Single(violations.Found);
        Assert.Equal(field, violation.Field);
        Assert.Contains(problem, violation.Description, StringComparison.Ordinal);
        Assert.True(violation.Description.Contains("allowed: ", StringComparison.Ordinal), violation.Description);
    }

    public static TheoryData<Func<Wire.Event>> Good => new()
    {
        () => Events.View(), () => Events.Text(), () => Events.Survey(), () => Events.Purchase(), () => Events.Frames(frames: 600, cropSide: 48),
        () => Events.Frames(frames: 1, cropSide: 112), () => Frames(static f => { f[0].Blendshapes.Clear(); f[0].FaceCrop = Events.Crop(48, 0); }), () => Events.Sound(seconds: 0.1), () => Events.Sound(seconds: 30, rate: 48_000), () => Events.Acoustic(),
        () => View(static e => { e.EventId = new string('x', 128); e.ProductId = ""; e.OccurredAt = null; e.Touchpoint = 0; e.Channel = 0; }),
        () => View(static e => AddContext(e, 30)),
        () => Frames(static f => Replace(f[0], [.. new float[51], 1])),
        () => Survey(static s => { s.Metric = 0; s.ScaleMin = -3; s.ScaleMax = 3; s.Score = -3; }),
        () => Survey(static s => { s.Metric = 0; s.ClearScore(); }),
        () => Purchase(static b => b.Margin = Money(-4)),
        () => Purchase(static b => b.Margin = null),
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void Check_ValuesAtTheirLimits_AreGood(Func<Wire.Event> good)
    {
        var violations = new FieldViolations();

        var user = EventRules.Check(good(), violations);

        Assert.Equal(string.Empty, violations.Describe());
        Assert.Equal(UserKey.Known("ada"), user);
    }

    private static Wire.Money Money(long units) => new() { CurrencyCode = "EUR", Units = units };

    private static void AddContext(Wire.Event value, int more)
    {
        for (var i = 0; i < more; i++)
        {
            value.Context[$"k{i}"] = new Wire.ContextValue { Number = i };
        }
    }

    private static void Replace(Wire.BlendshapeFrame frame, float[] coefficients)
    {
        frame.Blendshapes.Clear();
        frame.Coefficients.Add(coefficients);
    }

    private static Wire.Event Spoil(Wire.Event value, Action<Wire.Event> spoil)
    {
        spoil(value);
        return value;
    }

    private static Wire.Event View(Action<Wire.Event> spoil) => Spoil(Events.View(), spoil);

    private static Wire.Event Purchase(Action<Wire.Behaviour> spoil) => Spoil(Events.Purchase(), e => spoil(e.Behaviour));

    private static Wire.Event Text(Action<Wire.TextFeedback> spoil) => Spoil(Events.Text(), e => spoil(e.TextFeedback));

    private static Wire.Event Survey(Action<Wire.SurveyAnswer> spoil) => Spoil(Events.Survey(), e => spoil(e.SurveyAnswer));

    private static Wire.Event Frames(Action<Google.Protobuf.Collections.RepeatedField<Wire.BlendshapeFrame>> spoil) =>
        Spoil(Events.Frames(), e => spoil(e.ArFrames.Frames));

    private static Wire.Event Voice(Action<Wire.VoiceSegment> spoil) => Spoil(Events.Sound(), e => spoil(e.VoiceSegment));

    private static Wire.Event Sound(Action<Wire.Pcm16> spoil) => Spoil(Events.Sound(), e => spoil(e.VoiceSegment.Pcm));

    private static Wire.Event Acoustic(Action<Wire.AcousticFeatures> spoil) => Spoil(Events.Acoustic(), e => spoil(e.VoiceSegment.Features));
}

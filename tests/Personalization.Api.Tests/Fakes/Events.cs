using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Personalization.Api.Tests.Fakes;

/// <summary>Good events, for tests to spoil.</summary>
internal static class Events
{
    public static readonly DateTimeOffset Now = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);

    public static Wire.Event View(string id = "e1", string user = "ada", string product = "p1") => Of(id, user, product, e =>
        e.Behaviour = new Wire.Behaviour { Action = Wire.BehaviourAction.View, DwellMs = 4200, Depth = 0.5f });

    public static Wire.Event Text(string id = "e1", string user = "ada", string text = "I love this serum.") => Of(id, user, "p1", e =>
    {
        e.Channel = Wire.Channel.Review;
        e.TextFeedback = new Wire.TextFeedback { Title = "Lovely", Text = text, Language = "en-GB" };
    });

    public static Wire.Event Survey(string id = "e1", string user = "ada") => Of(id, user, "p1", e =>
        e.SurveyAnswer = new Wire.SurveyAnswer { SurveyId = "s", QuestionId = "q", Metric = Wire.SurveyMetric.Nps, Score = 9, Text = "good" });

    public static Wire.Event Purchase(string id = "e1", string user = "ada") => Of(id, user, "p1", e => e.Behaviour = new Wire.Behaviour
    {
        Action = Wire.BehaviourAction.Purchase,
        Count = 2,
        Revenue = new Wire.Money { CurrencyCode = "EUR", Units = 39, Nanos = 980_000_000 },
        Margin = new Wire.Money { CurrencyCode = "EUR", Units = 11, Nanos = 500_000_000 },
    });

    public static Wire.Event Frames(string id = "e1", string user = "ada", int frames = 3, int cropSide = 0, byte grey = 0) => Of(id, user, "p1", e =>
    {
        e.Channel = Wire.Channel.ArTryOn;
        e.ArFrames = new Wire.ArFrames();
        for (var i = 0; i < frames; i++)
        {
            e.ArFrames.Frames.Add(Frame(i * 33, cropSide, grey));
        }
    });

    public static Wire.BlendshapeFrame Frame(int offsetMs, int cropSide = 0, byte grey = 0)
    {
        var frame = new Wire.BlendshapeFrame { OffsetMs = offsetMs, Quality = 0.9f, FaceCrop = Crop(cropSide, grey) };
        frame.Blendshapes["mouthSmileLeft"] = 0.8f;
        frame.Blendshapes["mouthSmileRight"] = 0.7f;
        return frame;
    }

    public static ByteString Crop(int side, byte grey)
    {
        var pixels = new byte[side * side];
        pixels.AsSpan().Fill(grey);
        return ByteString.CopyFrom(pixels);
    }

    public static Wire.Event Sound(string id = "e1", string user = "ada", double seconds = 1, int rate = 16_000) => Of(id, user, "p1", e =>
        e.VoiceSegment = new Wire.VoiceSegment
        {
            Pcm = new Wire.Pcm16 { SampleRateHz = rate, Samples = ByteString.CopyFrom(new byte[2 * (int)(seconds * rate)]) },
        });

    public static Wire.Event Acoustic(string id = "e1", string user = "ada") => Of(id, user, "p1", e => e.VoiceSegment = new Wire.VoiceSegment
    {
        Features = new Wire.AcousticFeatures
        {
            DurationMs = 2000, PitchMeanHz = 210, PitchStdSemitones = 3, EnergyMeanDb = -22, EnergyStdDb = 6, SpeechRatio = 0.8f,
            VoicedRatio = 0.6f, SpectralCentroidHz = 1800, SyllableRate = 4, ZeroCrossingRate = 0.1f, SnrDb = 24,
        },
    });

    /// <summary>The event, as if it happened a second ago by the real clock.</summary>
    public static Wire.Event Lately(this Wire.Event value)
    {
        value.OccurredAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddSeconds(-1));
        return value;
    }

    private static Wire.Event Of(string id, string user, string product, Action<Wire.Event> fill)
    {
        var value = new Wire.Event
        {
            EventId = id,
            OccurredAt = Timestamp.FromDateTimeOffset(Now.AddSeconds(-1)),
            Shopper = new Wire.Shopper { UserId = user, SessionId = "s1" },
            Touchpoint = Wire.Touchpoint.Product,
            Channel = Wire.Channel.Web,
            ProductId = product,
        };
        value.Context["device"] = new Wire.ContextValue { Text = "phone" };
        value.Context["cart_total"] = new Wire.ContextValue { Number = 12.5 };
        fill(value);
        return value;
    }
}

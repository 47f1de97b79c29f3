using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Api.Validation;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;

namespace Personalization.Api.Ingestion;

/// <summary>Checked events of the wire to events of the domain. Raw biometrics end here: sound becomes numbers, pictures are left behind (<see cref="FaceCrops"/>).</summary>
internal sealed class EventMapper(IAcousticFeatureExtractor acoustics)
{
    /// <summary>The domain's form of a checked event.</summary>
    /// <param name="value">The event.</param>
    /// <param name="user">Whose it is.</param>
    /// <param name="occurredAt">When it happened.</param>
    /// <param name="receivedAt">Now.</param>
    public ShopperEvent ToDomain(Wire.Event value, UserKey user, DateTimeOffset occurredAt, DateTimeOffset receivedAt) => new()
    {
        EventId = value.EventId,
        User = user,
        OccurredAt = occurredAt,
        ReceivedAt = receivedAt,
        SessionId = value.Shopper.SessionId,
        Touchpoint = (Touchpoint)value.Touchpoint,
        Channel = (Channel)value.Channel,
        ProductId = value.ProductId,
        Context = ContextRules.ToContext(value.Context),
        Payload = PayloadOf(value),
    };

    /// <summary>The domain's form of a checked event's payload.</summary>
    public EventPayload PayloadOf(Wire.Event value) => value.PayloadCase switch
    {
        Wire.Event.PayloadOneofCase.Behaviour => ToDomain(value.Behaviour),
        Wire.Event.PayloadOneofCase.TextFeedback => ToDomain(value.TextFeedback),
        Wire.Event.PayloadOneofCase.SurveyAnswer => ToDomain(value.SurveyAnswer),
        Wire.Event.PayloadOneofCase.ArFrames => ToDomain(value.ArFrames),
        _ => ToDomain(value.VoiceSegment),
    };

    /// <summary>Through what a feeling shows in an event.</summary>
    public static Modality ModalityOf(Wire.Event.PayloadOneofCase payload) => payload switch
    {
        Wire.Event.PayloadOneofCase.ArFrames => Modality.Face,
        Wire.Event.PayloadOneofCase.VoiceSegment => Modality.Voice,
        Wire.Event.PayloadOneofCase.TextFeedback => Modality.Text,
        Wire.Event.PayloadOneofCase.SurveyAnswer => Modality.Survey,
        _ => Modality.Behaviour,
    };

    /// <summary>Whether an event carries a face or a voice as such.</summary>
    public static bool HasRawBiometrics(Wire.Event value) => value.PayloadCase switch
    {
        Wire.Event.PayloadOneofCase.ArFrames => HasFaceCrop(value.ArFrames),
        Wire.Event.PayloadOneofCase.VoiceSegment => value.VoiceSegment.SoundCase == Wire.VoiceSegment.SoundOneofCase.Pcm,
        _ => false,
    };

    /// <summary>Whether frames come with pictures.</summary>
    public static bool HasFaceCrop(Wire.ArFrames frames)
    {
        foreach (var frame in frames.Frames)
        {
            if (frame.FaceCrop.Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static BehaviourPayload ToDomain(Wire.Behaviour value) => new()
    {
        Action = (BehaviourKind)value.Action,
        DwellMs = value.DwellMs,
        Depth = value.Depth,
        Count = value.HasCount ? value.Count : 1,
        Term = value.Term,
        Revenue = value.Revenue?.ToDecimal() ?? 0,
        Margin = value.Margin?.ToDecimal(),
        Currency = value.Revenue?.CurrencyCode ?? string.Empty,
    };

    private static TextFeedbackPayload ToDomain(Wire.TextFeedback value) => new(value.Title, value.Text, value.Language);

    private static SurveyAnswerPayload ToDomain(Wire.SurveyAnswer value)
    {
        var (min, max) = SurveyRules.ScaleOf(value);
        return new SurveyAnswerPayload(
            value.SurveyId, value.QuestionId, (SurveyMetric)value.Metric, value.HasScore ? value.Score : null, min, max, value.Text, value.Language);
    }

    private static ArFramesPayload ToDomain(Wire.ArFrames value)
    {
        var frames = new BlendshapeFrame[value.Frames.Count];
        for (var i = 0; i < frames.Length; i++)
        {
            var frame = value.Frames[i];
            frames[i] = new BlendshapeFrame(frame.OffsetMs, CoefficientsOf(frame), frame.HasQuality ? frame.Quality : 1);
        }

        return new ArFramesPayload(ImmutableCollectionsMarshal.AsImmutableArray(frames));
    }

    private static ImmutableArray<float> CoefficientsOf(Wire.BlendshapeFrame frame)
    {
        if (frame.Coefficients.Count == 0 && frame.Blendshapes.Count == 0)
        {
            return [];
        }

        var coefficients = new float[BlendshapeNames.Count];
        if (frame.Coefficients.Count > 0)
        {
            frame.Coefficients.CopyTo(coefficients, 0);
        }
        else
        {
            foreach (var (name, coefficient) in frame.Blendshapes)
            {
                if (BlendshapeNames.TryGetPlace(name, out var place))
                {
                    coefficients[place] = coefficient;
                }
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(coefficients);
    }

    private VoicePayload ToDomain(Wire.VoiceSegment value) =>
        value.SoundCase == Wire.VoiceSegment.SoundOneofCase.Pcm ? Reduce(value.Pcm) : ToDomain(value.Features);

    private VoicePayload Reduce(Wire.Pcm16 pcm)
    {
        var count = pcm.Samples.Length / sizeof(short);
        var samples = ArrayPool<short>.Shared.Rent(count);
        try
        {
            var span = samples.AsSpan(0, count);
            ReadSamples(pcm.Samples.Span, span);
            var durationMs = (int)Math.Round(count * 1000.0 / pcm.SampleRateHz);
            return acoustics.Extract(span, pcm.SampleRateHz) with { DurationMs = durationMs };
        }
        finally
        {
            // A voice does not stay behind in pooled memory.
            ArrayPool<short>.Shared.Return(samples, clearArray: true);
        }
    }

    private static void ReadSamples(ReadOnlySpan<byte> bytes, Span<short> samples)
    {
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(samples));
            return;
        }

        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = System.Buffers.Binary.BinaryPrimitives.ReadInt16LittleEndian(bytes[(i * sizeof(short))..]);
        }
    }

    private static VoicePayload ToDomain(Wire.AcousticFeatures value)
    {
        // In the order of AcousticFeature.
        ImmutableArray<float> features =
        [
            value.PitchMeanHz, value.PitchStdSemitones, value.EnergyMeanDb, value.EnergyStdDb, value.SpeechRatio,
            value.VoicedRatio, value.SpectralCentroidHz, value.SyllableRate, value.ZeroCrossingRate, value.SnrDb,
        ];
        return new VoicePayload(value.DurationMs, features);
    }
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Personalization.Domain.Serialization;

namespace Personalization.Domain.Ingestion;

/// <summary>Writes and reads the payload of an event: its kind in one byte, then its fields in the order below.</summary>
internal static class PayloadCodec
{
    private const byte VersionWithFunctionals = 2;
    private const byte VersionWithFeelings = 4;

    /// <summary>The lowest format version that holds a payload.</summary>
    public static byte VersionOf(EventPayload payload) => payload switch
    {
        FeelingPayload => VersionWithFeelings,
        VoicePayload { Functionals.IsEmpty: false } => VersionWithFunctionals,
        _ => 1,
    };

    public static void Write(EventPayload payload, StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(payload);
        writer.Byte((byte)payload.Kind);
        switch (payload)
        {
            case ArFramesPayload p: WriteArFrames(p, writer); break;
            case SurveyAnswerPayload p: WriteSurveyAnswer(p, writer); break;
            case TextFeedbackPayload p: WriteTextFeedback(p, writer); break;
            case VoicePayload p: WriteVoice(p, writer); break;
            case BehaviourPayload p: BehaviourCodec.Write(p, writer); break;
            case RecommendationOutcomePayload p: WriteRecommendationOutcome(p, writer); break;
            case InterventionOutcomePayload p: WriteInterventionOutcome(p, writer); break;
            case DecisionPayload p: WriteDecision(p, writer); break;
            case ConsentChangedPayload p: writer.Bytes(p.Body.AsSpan()); break;
            case IdentityMergedPayload p: WriteIdentityMerged(p, writer); break;
            case UserDeletedPayload: break;
            case FeelingPayload p: FeelingCodec.Write(p, writer); break;
            default: throw new ArgumentException($"A payload of kind {payload.Kind} has no stored form.", nameof(payload));
        }
    }

    public static EventPayload Read(ref StateReader reader, byte version)
    {
        var kind = reader.Byte();
        return (PayloadKind)kind switch
        {
            PayloadKind.ArFrames => ReadArFrames(ref reader),
            PayloadKind.SurveyAnswer => ReadSurveyAnswer(ref reader),
            PayloadKind.TextFeedback => new TextFeedbackPayload(reader.Text(), reader.Text(), reader.Text()),
            PayloadKind.Voice => ReadVoice(ref reader, version),
            PayloadKind.Behaviour => BehaviourCodec.Read(ref reader),
            PayloadKind.RecommendationOutcome => ReadRecommendationOutcome(ref reader),
            PayloadKind.InterventionOutcome => ReadInterventionOutcome(ref reader),
            PayloadKind.Decision => new DecisionPayload(reader.Text(), Blob(ref reader)),
            PayloadKind.ConsentChanged => new ConsentChangedPayload(Blob(ref reader)),
            PayloadKind.IdentityMerged => new IdentityMergedPayload(UserKey.Parse(reader.Text())),
            PayloadKind.UserDeleted => new UserDeletedPayload(),
            PayloadKind.Feeling => FeelingCodec.Read(ref reader),
            _ => throw new FormatException($"{kind} is not a payload kind."),
        };
    }

    public static int Int32(ref StateReader reader)
    {
        var value = reader.Int();
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new FormatException($"{value} is out of the range of a 32-bit integer.");
    }

    public static void WriteOptional(decimal? value, StateWriter writer)
    {
        writer.Bool(value.HasValue);
        if (value is { } number)
        {
            writer.Decimal(number);
        }
    }

    public static decimal? OptionalDecimal(ref StateReader reader) => reader.Bool() ? reader.Decimal() : null;

    private static void WriteArFrames(ArFramesPayload payload, StateWriter writer)
    {
        var frames = payload.Frames.AsSpan();
        writer.UInt((ulong)frames.Length);
        foreach (var frame in frames)
        {
            writer.Int(frame.OffsetMs);
            writer.Singles(frame.Coefficients.AsSpan());
            writer.Single(frame.Quality);
        }
    }

    private static ArFramesPayload ReadArFrames(ref StateReader reader)
    {
        // The smallest frame: an offset, no coefficients, a quality.
        var frames = new BlendshapeFrame[reader.Count(minimumSize: 6)];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] = new BlendshapeFrame(Int32(ref reader), Floats(ref reader), reader.Single());
        }

        return new ArFramesPayload(ImmutableCollectionsMarshal.AsImmutableArray(frames));
    }

    private static void WriteSurveyAnswer(SurveyAnswerPayload payload, StateWriter writer)
    {
        writer.Text(payload.SurveyId);
        writer.Text(payload.QuestionId);
        Enums.Write(writer, payload.Metric, "survey_answer.metric");
        writer.Bool(payload.Score.HasValue);
        if (payload.Score is { } score)
        {
            writer.Double(score);
        }

        writer.Double(payload.ScaleMin);
        writer.Double(payload.ScaleMax);
        writer.Text(payload.Text);
        writer.Text(payload.Language);
    }

    private static SurveyAnswerPayload ReadSurveyAnswer(ref StateReader reader) => new(
        SurveyId: reader.Text(),
        QuestionId: reader.Text(),
        Metric: Enums.Read<SurveyMetric>(ref reader),
        Score: reader.Bool() ? reader.Double() : null,
        ScaleMin: reader.Double(),
        ScaleMax: reader.Double(),
        Text: reader.Text(),
        Language: reader.Text());

    private static void WriteTextFeedback(TextFeedbackPayload payload, StateWriter writer)
    {
        writer.Text(payload.Title);
        writer.Text(payload.Text);
        writer.Text(payload.Language);
    }

    private static void WriteVoice(VoicePayload payload, StateWriter writer)
    {
        writer.Int(payload.DurationMs);
        writer.Singles(payload.Features.AsSpan());
        if (VersionOf(payload) < VersionWithFunctionals)
        {
            return;
        }

        writer.Byte(payload.Functionals.Layout);
        var values = payload.Functionals.Values.AsSpan();
        writer.UInt((ulong)values.Length);
        foreach (var value in values)
        {
            var bits = BitConverter.HalfToUInt16Bits(value);
            writer.Byte((byte)bits);
            writer.Byte((byte)(bits >> 8));
        }
    }

    private static VoicePayload ReadVoice(ref StateReader reader, byte version)
    {
        var voice = new VoicePayload(Int32(ref reader), Floats(ref reader));
        if (version < VersionWithFunctionals)
        {
            return voice;
        }

        var layout = reader.Byte();
        var values = new Half[reader.Count(minimumSize: 2)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.UInt16BitsToHalf((ushort)(reader.Byte() | reader.Byte() << 8));
        }

        return voice with { Functionals = new VoiceVector(layout, ImmutableCollectionsMarshal.AsImmutableArray(values)) };
    }

    private static void WriteRecommendationOutcome(RecommendationOutcomePayload payload, StateWriter writer)
    {
        writer.Text(payload.DecisionId);
        Enums.Write(writer, payload.Outcome, "recommendation_outcome.outcome");
        writer.Int(payload.Position);
        writer.Decimal(payload.Revenue);
        WriteOptional(payload.Margin, writer);
        writer.Text(payload.Currency);
    }

    private static RecommendationOutcomePayload ReadRecommendationOutcome(ref StateReader reader) => new(
        DecisionId: reader.Text(),
        Outcome: Enums.Read<OutcomeKind>(ref reader),
        Position: Int32(ref reader),
        Revenue: reader.Decimal(),
        Margin: OptionalDecimal(ref reader),
        Currency: reader.Text());

    private static void WriteInterventionOutcome(InterventionOutcomePayload payload, StateWriter writer)
    {
        writer.Text(payload.DecisionId);
        writer.Bool(payload.Shown);
        writer.Bool(payload.Accepted);
        writer.Bool(payload.Converted);
        writer.Decimal(payload.Revenue);
        WriteOptional(payload.Margin, writer);
        writer.Decimal(payload.Cost);
        writer.Text(payload.Currency);
    }

    private static InterventionOutcomePayload ReadInterventionOutcome(ref StateReader reader) => new(
        DecisionId: reader.Text(),
        Shown: reader.Bool(),
        Accepted: reader.Bool(),
        Converted: reader.Bool(),
        Revenue: reader.Decimal(),
        Margin: OptionalDecimal(ref reader),
        Cost: reader.Decimal(),
        Currency: reader.Text());

    private static void WriteDecision(DecisionPayload payload, StateWriter writer)
    {
        writer.Text(payload.DecisionId);
        writer.Bytes(payload.Body.AsSpan());
    }

    private static void WriteIdentityMerged(IdentityMergedPayload payload, StateWriter writer) =>
        writer.Text(payload.Into.Value ?? throw new ArgumentException("identity_merged.into is missing.", nameof(payload)));

    private static ImmutableArray<float> Floats(ref StateReader reader) =>
        ImmutableCollectionsMarshal.AsImmutableArray(reader.Singles());

    private static ImmutableArray<byte> Blob(ref StateReader reader) => ImmutableArray.Create(reader.Bytes());
}

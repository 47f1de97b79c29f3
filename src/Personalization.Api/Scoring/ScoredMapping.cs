using Google.Protobuf.WellKnownTypes;
using Personalization.Api.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Grains.Scoring;

namespace Personalization.Api.Scoring;

/// <summary>What models said, to the wire.</summary>
internal static class ScoredMapping
{
    /// <summary>The wire's form of what was read out of a payload.</summary>
    /// <param name="score">What was read.</param>
    /// <param name="attributions">Which parts mattered.</param>
    /// <param name="isPictureLeft">Whether a picture of a face was not looked at.</param>
    public static Wire.ScoredSentiment ToWire(in ScoreMessage score, AttributionMessage[] attributions, bool isPictureLeft)
    {
        var scored = new Wire.ScoredSentiment
        {
            QueueTime = Duration.FromTimeSpan(score.QueueTime),
            ComputeTime = Duration.FromTimeSpan(score.ComputeTime),
        };
        if (score.Observation is { } observation)
        {
            scored.Sentiment = SentimentMapping.ToWire(observation);
            scored.Polarity = (Wire.Polarity)(Polarities.Of(observation.ToObservation()) + 1);
            scored.Intensity = Math.Abs(observation.Valence);
            scored.Aspects.Add(observation.Aspects.Select(static a => new Wire.AspectSentiment
            {
                Aspect = a.Aspect,
                Valence = a.Valence,
                Confidence = a.Confidence,
            }));
        }

        scored.FineEmotions.Add((score.FineEmotions ?? []).Select(static (probability, e) => new Wire.EmotionProbability
        {
            Emotion = FineEmotions.Names[e],
            Probability = probability,
        }));
        scored.Attributions.Add(attributions.Select(static a => new Wire.Attribution
        {
            Text = a.Text,
            Start = a.Start,
            Length = a.Length,
            Weight = a.Weight,
            ArousalWeight = a.ArousalWeight,
            Field = NameOf(a.Field),
        }));
        if (isPictureLeft)
        {
            scored.Warnings.Add(FaceCrops.NotScored);
        }

        return scored;
    }

    private static string NameOf(PartField field) => field switch
    {
        PartField.Title => "title",
        PartField.Frames => "frames",
        PartField.Voice => "voice",
        PartField.Behaviour => "behaviour",
        _ => "text",
    };

    /// <summary>The wire's form of a model.</summary>
    public static Wire.ScoringModel ToModel(ModelReportMessage model) => new()
    {
        Name = model.Name,
        Version = model.Version,
        Device = model.Device,
        State = ModelMapping.ToWire(model.Standing.State),
        TrafficShare = model.Standing.TrafficShare,
    };

    /// <summary>The wire's form of what a model has done.</summary>
    public static Wire.GetModelStatisticsResponse ToStatistics(ModelReportMessage model)
    {
        var response = new Wire.GetModelStatisticsResponse
        {
            Model = ToModel(model),
            Waiting = model.Counts.Waiting,
            Scored = model.Counts.Scored,
            Expired = model.Counts.Expired,
            Overloaded = model.Counts.Overloaded,
            Failed = model.Counts.Failed,
            Batches = model.Counts.Batches,
            MeanQueueTime = Duration.FromTimeSpan(model.MeanQueueTime),
            MeanComputeTime = Duration.FromTimeSpan(model.MeanComputeTime),
            Agreement = ModelMapping.ToWire(model.Standing.Agreement),
        };
        response.BatchSizes.Add(model.BatchSizes);
        response.Exits.Add(model.Exits);
        return response;
    }
}

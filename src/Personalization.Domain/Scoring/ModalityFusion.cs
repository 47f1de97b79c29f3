namespace Personalization.Domain.Scoring;

/// <summary>
/// Makes one reading out of what several modalities say of the same moment: the precision-weighted mean of their posteriors.
/// A modality that is missing is simply not there.
/// </summary>
/// <remarks>
/// <para>
/// Each observation is taken as a normal posterior about the true valence v with precision
/// p = r · c / (1 − c + 0.05) / σ², where c is its calibrated confidence, σ its modality's own error
/// (<see cref="ErrorOf"/>) and r its reliability, in which a caller puts what it knows of the context and of how often the
/// modality was right before. A reading flagged as sarcastic keeps a quarter of its precision for valence, one of low
/// quality half. Then v̂ = Σ p·v / Σ p, which is the maximum of the product of the posteriors; arousal likewise with its
/// own errors.
/// </para>
/// <para>
/// Confidence is what independent readings come to together, 1 − Π(1 − c·r), times the agreement 1 / (1 + Q/(n − 1)), with
/// Cochran's Q = Σ w·(v − v̂)² over w = p / Σ p · n (Cochran 1954, "The combination of estimates from different
/// experiments"): the closer the readings lie, the surer they are together. Where two readings that each carry weight lie
/// further apart than <see cref="Contradiction"/> on different sides of neutral, the result is flagged
/// <see cref="ObservationFlags.Contradictory"/> and is no surer than the surest of them: a smile with "I hate it" is
/// sarcasm or politeness, and nobody can tell which.
/// </para>
/// </remarks>
public static class ModalityFusion
{
    /// <summary>How far apart two readings must lie to contradict each other.</summary>
    public const float Contradiction = 0.8f;

    /// <summary>Of the sum of precisions; what has less cannot contradict anybody.</summary>
    internal const double SomeWeight = 0.1;
    private const double SarcasmShare = 0.25;
    private const double LowQualityShare = 0.5;

    /// <summary>The standard deviation of a sure reading of a modality, on the scale of [−1, 1]: this project's own round figures.</summary>
    /// <param name="modality">Which.</param>
    /// <returns>For valence and for arousal. The sound of speech tells arousal well and valence hardly; a click tells neither.</returns>
    public static (double Valence, double Arousal) ErrorOf(Modality modality) => modality switch
    {
        Modality.Survey => (0.25, 0.8),
        Modality.Text => (0.35, 0.6),
        Modality.Face => (0.45, 0.5),
        Modality.Voice => (0.7, 0.35),
        _ => (0.9, 0.9),
    };

    /// <summary>Fuses observations of one moment.</summary>
    /// <param name="observations">At least one, each with its reliability in (0, 1]; their order does not matter.</param>
    /// <returns>One observation: of the modality that carried most of the weight, with all aspects and flags.</returns>
    /// <exception cref="ArgumentException">There is none, or a reliability is out of its range.</exception>
    public static SentimentObservation Fuse(IReadOnlyList<(SentimentObservation Observation, double Reliability)> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        if (observations.Count == 0 || observations.Any(static o => !(o.Reliability > 0 && o.Reliability <= 1)))
        {
            throw new ArgumentException("There must be at least one observation, each with a reliability above 0 and up to 1.", nameof(observations));
        }

        var heard = observations.Where(static o => o.Observation.Confidence > 0).Select(static o => new Reading(o.Observation, o.Reliability)).ToArray();
        if (heard.Length == 0)
        {
            return observations[0].Observation;
        }

        // Sums of floating-point numbers depend on their order; what was said does not.
        Array.Sort(heard);
        var valence = Mean(heard, static r => r.ValencePrecision, static r => r.Observation.Valence);
        var arousal = Mean(heard, static r => r.ArousalPrecision, static r => r.Observation.Arousal);
        var contradicts = Contradicts(heard);
        return new SentimentObservation
        {
            Modality = heard.MaxBy(static r => r.ValencePrecision).Observation.Modality,
            Valence = (float)valence,
            Arousal = (float)arousal,
            Confidence = (float)Confidence(heard, valence, contradicts),
            Emotions = Emotions(heard),
            Flags = heard.Aggregate(contradicts ? ObservationFlags.Contradictory : ObservationFlags.None, static (flags, r) => flags | r.Observation.Flags),
            Aspects = [.. heard.SelectMany(static r => r.Observation.Aspects.IsDefault ? [] : r.Observation.Aspects)],
            ModelVersion = string.Join('+', heard.Select(static r => r.Observation.ModelVersion).Distinct().Order(StringComparer.Ordinal)),
        };
    }

    private static double Mean(Reading[] heard, Func<Reading, double> precision, Func<Reading, float> value)
    {
        double moment = 0, total = 0;
        foreach (var reading in heard)
        {
            moment += precision(reading) * value(reading);
            total += precision(reading);
        }

        return Math.Clamp(moment / total, -1, 1);
    }

    private static double Confidence(Reading[] heard, double mean, bool contradicts)
    {
        double nobody = 1, surest = 0, spread = 0, total = heard.Sum(static r => r.ValencePrecision);
        foreach (var reading in heard)
        {
            var sure = reading.Observation.Confidence * reading.Reliability;
            nobody *= 1 - sure;
            surest = Math.Max(surest, sure);
            spread += reading.ValencePrecision / total * heard.Length * Math.Pow(reading.Observation.Valence - mean, 2);
        }

        var agreement = heard.Length == 1 ? 1 : 1 / (1 + (spread / (heard.Length - 1)));
        var together = (1 - nobody) * agreement;
        return contradicts ? Math.Min(together, surest * agreement) : together;
    }

    private static bool Contradicts(Reading[] heard)
    {
        var total = heard.Sum(static r => r.ValencePrecision);
        float lowest = 0, highest = 0;
        foreach (var reading in heard)
        {
            if (reading.ValencePrecision >= SomeWeight * total)
            {
                lowest = Math.Min(lowest, reading.Observation.Valence);
                highest = Math.Max(highest, reading.Observation.Valence);
            }
        }

        return lowest < 0 && highest > 0 && highest - lowest > Contradiction;
    }

    private static EmotionDistribution Emotions(Reading[] heard)
    {
        var all = default(EmotionDistribution);
        double total = 0;
        foreach (var reading in heard)
        {
            var emotions = reading.Observation.Emotions;
            if (emotions.Sum() is > 0 and var said)
            {
                all.Add(in emotions, (float)(reading.ValencePrecision / said));
                total += reading.ValencePrecision;
            }
        }

        return total > 0 ? all.Scaled((float)(1 / total)) : all;
    }

    private readonly record struct Reading(SentimentObservation Observation, double Reliability) : IComparable<Reading>
    {
        public double ValencePrecision { get; } = Precision(Observation, Reliability, ErrorOf(Observation.Modality).Valence)
            * ((Observation.Flags & ObservationFlags.Sarcasm) != 0 ? SarcasmShare : 1);

        public double ArousalPrecision { get; } = Precision(Observation, Reliability, ErrorOf(Observation.Modality).Arousal);

        public int CompareTo(Reading other) =>
            (Observation.Modality, Observation.Valence, Observation.Arousal, Observation.Confidence, Reliability).CompareTo(
                (other.Observation.Modality, other.Observation.Valence, other.Observation.Arousal, other.Observation.Confidence, other.Reliability));

        private static double Precision(SentimentObservation said, double reliability, double error)
        {
            var quality = (said.Flags & ObservationFlags.LowQuality) != 0 ? LowQualityShare : 1;
            return quality * reliability * said.Confidence / (1 - said.Confidence + 0.05) / (error * error);
        }
    }
}

using Personalization.Domain.Consent;
using Personalization.Domain.Ingestion;
using Personalization.Domain.Scoring;
using Personalization.Domain.Statistics;

namespace Personalization.Domain.Profiles;

/// <summary><see cref="ProfileOptions"/>, checked and made ready: one for all profiles of a process. Immutable and safe to share.</summary>
public sealed class ProfileModel
{
    private readonly double[] _valencePrecision = new double[Modalities.Count];
    private readonly double[] _arousalPrecision = new double[Modalities.Count];
    private readonly ModalityStanding[] _unknown = new ModalityStanding[Modalities.Count];
    private readonly FeelingFilter _short;
    private readonly FeelingFilter _long;

    /// <summary>Makes a model.</summary>
    /// <exception cref="ArgumentException">The options break a rule; the message names each field and its allowed range.</exception>
    public ProfileModel(ProfileOptions options)
    {
        Validation.RangeCheck.ThrowIfAny(ProfileOptionsValidator.Validate(options), nameof(options));
        Options = options;
        var shared = new double[Modalities.Count];
        var hasBaseline = new bool[Modalities.Count];
        foreach (var modality in Enum.GetValues<Modality>())
        {
            var noise = options.NoiseOf(modality);
            _valencePrecision[(int)modality] = 1 / Square(noise.Valence);
            _arousalPrecision[(int)modality] = 1 / Square(noise.Arousal);
            shared[(int)modality] = Square(noise.Shared);
            hasBaseline[(int)modality] = noise.Baseline > 0;
            var offset = new GaussianEstimate(0, Square(noise.Baseline));
            _unknown[(int)modality] = new ModalityStanding { ValenceOffset = offset, ArousalOffset = offset };
        }

        _short = new FeelingFilter(options.ShortTimeConstant, common: 0, shared, hasBaseline);
        _long = new FeelingFilter(options.LongTimeConstant, common: Square(options.ShortDeviation), shared, hasBaseline);
    }

    /// <summary>The model of the default options.</summary>
    public static ProfileModel Default { get; } = new(new ProfileOptions());

    /// <summary>What it was made of.</summary>
    public ProfileOptions Options { get; }

    /// <summary>The variance of the longer run's valence and arousal before anything is known.</summary>
    internal double LongPriorVariance => Square(Options.LongDeviation);

    /// <summary>The variance of a session's valence and arousal before anything is known.</summary>
    internal double ShortPriorVariance => Square(Options.ShortDeviation) + LongPriorVariance;

    /// <summary>
    /// The precision of a reading (one over its error's variance), for valence and arousal: the modality's, times the share
    /// of its information that survives confidence, flags and context. 0 for a reading that says nothing.
    /// </summary>
    /// <remarks>
    /// A reading of confidence c is taken as one that speaks with probability c and says nothing otherwise, so it keeps c of
    /// its information in expectation.
    /// </remarks>
    public (double Valence, double Arousal) PrecisionOf(SentimentObservation observation, Touchpoint touchpoint, Channel channel)
    {
        var trust = TrustOf(observation, touchpoint, channel);
        var modality = (int)observation.Modality;
        return (trust * _valencePrecision[modality], trust * _arousalPrecision[modality]);
    }

    /// <summary>The share of a reading's information that survives confidence, flags and context, [0, <see cref="ProfileOptions.ServiceTrust"/>].</summary>
    public double TrustOf(SentimentObservation observation, Touchpoint touchpoint, Channel channel)
    {
        const ObservationFlags Void = ObservationFlags.Unreadable | ObservationFlags.Spam;
        var flags = observation.Flags;
        if ((flags & Void) != 0 || !(observation.Confidence > 0)
            || !float.IsFinite(observation.Valence) || !float.IsFinite(observation.Arousal))
        {
            return 0;
        }

        var trust = (double)Math.Min(1, observation.Confidence);
        trust *= flags == ObservationFlags.None ? 1 : FlagTrust(flags);
        trust *= channel == Channel.Social ? Options.SocialTrust : 1;
        return touchpoint is Touchpoint.Checkout or Touchpoint.Support ? trust * Options.ServiceTrust : trust;
    }

    /// <summary>Estimates the longer run's mood and the session's, which rests on it, as of a moment.</summary>
    /// <param name="shortRun">The session's histories, by modality; empty for those that never spoke.</param>
    /// <param name="longRun">The longer run's.</param>
    /// <param name="ticks">The moment, in UTC ticks.</param>
    internal (Mood Short, Mood Long, double Contradiction) Estimate(
        ReadOnlySpan<FeelingHistory> shortRun, ReadOnlySpan<FeelingHistory> longRun, long ticks)
    {
        var restLong = new Mood(
            new GaussianEstimate(Options.BaselineValence, LongPriorVariance), new GaussianEstimate(Options.BaselineArousal, LongPriorVariance));
        Span<ModalityStanding> standings = stackalloc ModalityStanding[_unknown.Length];
        _unknown.CopyTo(standings);
        var disposition = _long.Estimate(longRun, in restLong, ticks, standings, out _);
        var stray = Square(Options.ShortDeviation);
        var restShort = new Mood(
            disposition.Valence with { Variance = disposition.Valence.Variance + stray },
            disposition.Arousal with { Variance = disposition.Arousal.Variance + stray });

        // The session starts from what the longer run knows of the face and the voice.
        var mood = _short.Estimate(shortRun, in restShort, ticks, standings, out var contradiction);
        return (mood, disposition, contradiction);
    }

    private double FlagTrust(ObservationFlags flags)
    {
        var trust = 1.0;
        trust *= (flags & ObservationFlags.Sarcasm) != 0 ? Options.SarcasmTrust : 1;
        trust *= (flags & ObservationFlags.LowQuality) != 0 ? Options.LowQualityTrust : 1;
        trust *= (flags & ObservationFlags.Mixed) != 0 ? Options.MixedTrust : 1;
        return (flags & ObservationFlags.UnknownLanguage) != 0 ? trust * Options.UnknownLanguageTrust : trust;
    }

    private static double Square(double value) => value * value;
}

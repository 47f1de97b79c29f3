using System.Collections.Immutable;
using Personalization.Domain.Scoring;
using Personalization.Domain.Validation;

namespace Personalization.Domain.Profiles;

/// <summary>How profiles weigh and forget. The defaults are meant to be right for a shop; each says why.</summary>
public sealed record ProfileOptions
{
    /// <summary>Time constant of the session's mood and shopping signals: moods at a screen last minutes. 1 minute to 1 day.</summary>
    public TimeSpan ShortTimeConstant { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Time constant of the longer run's mood: three weeks, so that one bad visit is outlived. 1 hour to 2 years; longer than the short one.</summary>
    public TimeSpan LongTimeConstant { get; init; } = TimeSpan.FromDays(21);

    /// <summary>Time constant of tastes (affinities, price position): they change by the season. 1 day to 5 years.</summary>
    public TimeSpan AffinityTimeConstant { get; init; } = TimeSpan.FromDays(60);

    /// <summary>Where valence rests when nothing is known, [−1, 1].</summary>
    public double BaselineValence { get; init; }

    /// <summary>Where arousal rests when nothing is known, [−1, 1].</summary>
    public double BaselineArousal { get; init; }

    /// <summary>How far a session's mood strays from the longer run's, as a standard deviation: 0.01 to 1.</summary>
    public double ShortDeviation { get; init; } = 0.4;

    /// <summary>How far shoppers' longer runs stray from the baseline, as a standard deviation: 0.01 to 1.</summary>
    public double LongDeviation { get; init; } = 0.3;

    /// <summary>Words tell valence well and arousal less so.</summary>
    public ModalityNoise TextNoise { get; init; } = new(0.45, 0.6, 0.15);

    /// <summary>
    /// Faces are read to about 0.4 in both on public benchmarks (AffectNet), and much of that error is the face's own: the greater
    /// part of it for good, the rest for the day.
    /// </summary>
    public ModalityNoise FaceNoise { get; init; } = new(0.5, 0.5, 0.15, Baseline: 0.2);

    /// <summary>The voice tells arousal best; raised in a shop it is hard to mistake. Some are loud and high by nature.</summary>
    public ModalityNoise VoiceNoise { get; init; } = new(0.4, 0.35, 0.12, Baseline: 0.16);

    /// <summary>What is done tells little about feelings, and a hundred clicks hardly more than ten.</summary>
    public ModalityNoise BehaviourNoise { get; init; } = new(1.2, 1.2, 0.6);

    /// <summary>A point on a scale is the shopper's own word on valence; scales do not ask for arousal.</summary>
    public ModalityNoise SurveyNoise { get; init; } = new(0.3, 100, 0.1);

    /// <summary>Which share of its information a reading keeps when its words may mean their opposite, [0, 1].</summary>
    public double SarcasmTrust { get; init; } = 0.25;

    /// <summary>The same for poor input.</summary>
    public double LowQualityTrust { get; init; } = 0.4;

    /// <summary>The same for positive and negative at once: the mean is right, but says less.</summary>
    public double MixedTrust { get; init; } = 0.6;

    /// <summary>The same for a language that the model does not know.</summary>
    public double UnknownLanguageTrust { get; init; } = 0.3;

    /// <summary>The same for social media: said to others, not to the shop.</summary>
    public double SocialTrust { get; init; } = 0.6;

    /// <summary>The factor for what is felt at the checkout or with customer service, where it is about the shop, 1 to 4.</summary>
    public double ServiceTrust { get; init; } = 1.25;

    /// <summary>Pseudo-weight at 0 that an affinity starts from, 0.1 to 100: three purchases' worth makes one believe.</summary>
    public double AffinityPriorWeight { get; init; } = 3;

    /// <summary>The most categories remembered per modality, 1 to 1,024.</summary>
    public int MaxCategories { get; init; } = 32;

    /// <summary>The most brands remembered per modality, 1 to 1,024.</summary>
    public int MaxBrands { get; init; } = 32;

    /// <summary>The most attributes remembered per modality, 1 to 1,024.</summary>
    public int MaxAttributes { get; init; } = 64;

    /// <summary>The most products remembered in each of the lists of viewed, carted, bought and dismissed, 1 to 1,024.</summary>
    public int MaxRecentItems { get; init; } = 32;

    /// <summary>The most products remembered as shown, 1 to 1,024: some ten pages' worth.</summary>
    public int MaxShownItems { get; init; } = 128;

    /// <summary>The noise of a modality.</summary>
    public ModalityNoise NoiseOf(Modality modality) => modality switch
    {
        Modality.Text => TextNoise,
        Modality.Face => FaceNoise,
        Modality.Voice => VoiceNoise,
        Modality.Behaviour => BehaviourNoise,
        Modality.Survey => SurveyNoise,
        _ => throw new ArgumentOutOfRangeException(nameof(modality), modality, "Not a modality."),
    };
}

/// <summary>The rules that <see cref="ProfileOptions"/> must keep.</summary>
public static class ProfileOptionsValidator
{
    /// <summary>Checks options.</summary>
    /// <returns>All that is wrong; empty when they are good.</returns>
    public static ImmutableArray<FieldProblem> Validate(ProfileOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var check = new RangeCheck();
        check.Time(nameof(options.ShortTimeConstant), options.ShortTimeConstant, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        check.Time(nameof(options.LongTimeConstant), options.LongTimeConstant, TimeSpan.FromHours(1), TimeSpan.FromDays(731));
        check.Time(nameof(options.AffinityTimeConstant), options.AffinityTimeConstant, TimeSpan.FromDays(1), TimeSpan.FromDays(1827));
        if (options.LongTimeConstant <= options.ShortTimeConstant)
        {
            check.Add(nameof(options.LongTimeConstant), $"is {options.LongTimeConstant}", $"more than {nameof(options.ShortTimeConstant)}, {options.ShortTimeConstant}");
        }

        check.Number(nameof(options.BaselineValence), options.BaselineValence, -1, 1);
        check.Number(nameof(options.BaselineArousal), options.BaselineArousal, -1, 1);
        check.Number(nameof(options.ShortDeviation), options.ShortDeviation, 0.01, 1);
        check.Number(nameof(options.LongDeviation), options.LongDeviation, 0.01, 1);
        foreach (var modality in Enum.GetValues<Modality>())
        {
            var noise = options.NoiseOf(modality);
            check.Number($"{modality}Noise.{nameof(noise.Valence)}", noise.Valence, 0.01, 100);
            check.Number($"{modality}Noise.{nameof(noise.Arousal)}", noise.Arousal, 0.01, 100);
            check.Number($"{modality}Noise.{nameof(noise.Shared)}", noise.Shared, 0, 100);
            check.Number($"{modality}Noise.{nameof(noise.Baseline)}", noise.Baseline, 0, 1);
        }

        check.Number(nameof(options.SarcasmTrust), options.SarcasmTrust, 0, 1);
        check.Number(nameof(options.LowQualityTrust), options.LowQualityTrust, 0, 1);
        check.Number(nameof(options.MixedTrust), options.MixedTrust, 0, 1);
        check.Number(nameof(options.UnknownLanguageTrust), options.UnknownLanguageTrust, 0, 1);
        check.Number(nameof(options.SocialTrust), options.SocialTrust, 0, 1);
        check.Number(nameof(options.ServiceTrust), options.ServiceTrust, 1, 4);
        check.Number(nameof(options.AffinityPriorWeight), options.AffinityPriorWeight, 0.1, 100);
        check.Number(nameof(options.MaxCategories), options.MaxCategories, 1, 1024);
        check.Number(nameof(options.MaxBrands), options.MaxBrands, 1, 1024);
        check.Number(nameof(options.MaxAttributes), options.MaxAttributes, 1, 1024);
        check.Number(nameof(options.MaxRecentItems), options.MaxRecentItems, 1, 1024);
        check.Number(nameof(options.MaxShownItems), options.MaxShownItems, 1, 1024);
        return check.Problems;
    }
}
